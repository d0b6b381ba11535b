import { execFileSync } from 'node:child_process'

/**
 * Where Redis runs, seen from this process. Left to the system it changes in the middle of a
 * run, and one round trip takes 11 µs on the same core and up to 75 µs to another (a 2-core
 * virtual machine): a figure that does not say which of the two it is means nothing.
 */
type Placement = 'same core' | 'another core' | 'unpinned'

export interface Placer {
  readonly placements: readonly Placement[]
  /** Puts this process's main thread and the other process where `placement` says. */
  place(placement: Placement): void
  /** Lets this process run where it could before: its children inherit that. */
  release(): void
}

/** Pins with `taskset`; where that or a second core is missing, nothing is pinned. */
export function createPlacer(otherPid: number): Placer {
  const before = affinityOf(process.pid)
  const [first, second] = before
  if (first === undefined || second === undefined) {
    return { placements: ['unpinned'], place: () => {}, release: () => {} }
  }
  return {
    placements: ['same core', 'another core'],
    place(placement) {
      pin(process.pid, [first])
      pin(otherPid, [placement === 'same core' ? first : second])
    },
    release: () => pin(process.pid, before),
  }
}

function pin(pid: number, cores: readonly number[]) {
  execFileSync('taskset', ['-cp', cores.join(','), String(pid)], { stdio: 'ignore' })
}

/** The cores that a process may use; none when that cannot be told. */
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
