import { execFileSync } from 'node:child_process'

/**
 * Where Redis runs in relation to this process: where the system puts it, as in production, or
 * pinned to the same or another core. A round trip takes 11 µs on the same core and up to 75 µs to
 * another (on a 2-core virtual machine), and the system may move a process in the middle of a run.
 */
type Placement = 'anywhere' | 'same core' | 'another core'

export interface Placer {
  readonly placements: readonly Placement[]
  /** Puts this process's main thread and the other process on the cores for `placement`. */
  place(placement: Placement): void
  /** Lets this process run on its former cores again, because its children inherit the setting. */
  release(): void
}

/** Pins with `taskset`. Without it, or without a second core, nothing is pinned. */
export function createPlacer(otherPid: number): Placer {
  const before = affinityOf(process.pid)
  const [first, second] = before
  if (first === undefined || second === undefined) {
    return { placements: ['anywhere'], place: () => {}, release: () => {} }
  }
  return {
    placements: ['anywhere', 'same core', 'another core'],
    place(placement) {
      if (placement === 'anywhere') {
        for (const pid of [process.pid, otherPid]) pin(pid, before)
        return
      }
      pin(process.pid, [first])
      pin(otherPid, [placement === 'same core' ? first : second])
    },
    release: () => pin(process.pid, before),
  }
}

function pin(pid: number, cores: readonly number[]) {
  execFileSync('taskset', ['-cp', cores.join(','), String(pid)], { stdio: 'ignore' })
}

/** The cores that a process may use; empty if that cannot be found out. */
function affinityOf(pid: number): number[] {
  try {
    const told = execFileSync('taskset', ['-cp', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const list = told.slice(told.lastIndexOf(':') + 1).trim()
    return list.split(',').flatMap((range) => {
      const [from = 0, to = from] = range.split('-').map(Number)
      return Array.from({ length: to - from + 1 }, (_, index) => from + index)
    })
  } catch {
    return []
  }
}
