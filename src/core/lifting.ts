import type { DenylistIndex } from './denylistIndex.js'
import { findInTime } from './findInTime.js'
import type { Lookup } from './ports.js'
import type { Subject } from './revocation.js'

export interface LiftingOptions {
  index: DenylistIndex
  /** Where to ask what is still in force: the ledger, or the feed in a process that has none. */
  lookup: Lookup | undefined
}

/** Lets a lift count once it is known what else is in force for its subject. */
export interface Lifting {
  /** Asks, and asks again while there is no answer; until then the subject goes on being refused. */
  settle(subject: Subject): Promise<void>
  close(): void
}

const RETRY_MS = 1_000

export function createLifting({ index, lookup }: LiftingOptions): Lifting {
  const timers = new Map<Subject, ReturnType<typeof setTimeout>>()
  let isClosed = false

  const settle = async (subject: Subject): Promise<void> => {
    clearTimeout(timers.get(subject))
    timers.delete(subject)
    const inForce = lookup && (await findInTime(lookup, [subject]))
    if (inForce) index.settle(subject, inForce)
    else if (lookup && !isClosed) {
      const timer = setTimeout(() => void settle(subject), RETRY_MS)
      timer.unref?.()
      timers.set(subject, timer)
    }
  }

  return {
    settle,
    close() {
      isClosed = true
      for (const timer of timers.values()) clearTimeout(timer)
    },
  }
}
