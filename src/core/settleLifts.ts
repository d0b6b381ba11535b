import type { DenylistIndex } from './denylistIndex.js'
import { findInTime } from './findInTime.js'
import type { Lookup } from './ports.js'
import type { Subject } from './revocation.js'

/** Finds out what is still in force where something was lifted. */
export interface LiftSettling {
  /** Something of this subject was lifted: asks what is left, as often as it takes. */
  ask(subject: Subject): void
  /** Resolves when all that was asked for was answered, or could not be for now. */
  settled(): Promise<void>
  close(): void
}

export interface LiftSettlingOptions {
  index: DenylistIndex
  /** Who knows what is in force; `undefined`: nobody, so nothing is taken back. */
  lookup: Lookup | undefined
}

const BATCH = 500
const RETRY_MS = 500

/** Until there is an answer the index goes on refusing as if nothing had been lifted. */
export function createLiftSettling({ index, lookup }: LiftSettlingOptions): LiftSettling {
  const waiting = new Set<Subject>()
  let asking: Promise<void> | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let isClosed = false

  /** Whether there was an answer. */
  const askFor = async (source: Lookup, subjects: readonly Subject[]) => {
    for (const subject of subjects) waiting.delete(subject)
    const found = await findInTime(source, subjects)
    for (const subject of subjects) {
      if (!found) waiting.add(subject)
      // Where another lift came meanwhile, this answer is too old.
      else if (!waiting.has(subject)) {
        const inForce = found.filter((each) => each.subject === subject)
        index.settle(subject, inForce)
      }
    }
    return found !== undefined
  }

  const askForAll = async () => {
    // Everything that was learned at the same time is asked for at once.
    await Promise.resolve()
    while (lookup && waiting.size > 0 && !isClosed) {
      if (!(await askFor(lookup, [...waiting].slice(0, BATCH)))) return
    }
  }

  const start = () => {
    if (asking || isClosed || !lookup) return
    clearTimeout(timer)
    asking = askForAll().finally(() => {
      asking = undefined
      if (waiting.size === 0 || isClosed) return
      timer = setTimeout(start, RETRY_MS)
      timer.unref?.()
    })
  }

  return {
    ask(subject) {
      waiting.add(subject)
      start()
    },
    async settled() {
      await asking
    },
    close() {
      isClosed = true
      clearTimeout(timer)
    },
  }
}
