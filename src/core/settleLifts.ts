import type { DenylistIndex } from './denylistIndex.js'
import { findInTime } from './findInTime.js'
import type { Lookup } from './ports.js'
import type { Subject } from './revocation.js'

/** Finds out what is still in force for a subject after a lift. */
export interface LiftSettling {
  /**
   * A revocation of this subject was lifted: asks what is still in force, and retries until it
   * knows.
   */
  ask(subject: Subject): void
  /** Resolves when every question was answered, or could not be answered for now. */
  settled(): Promise<void>
  close(): void
}

export interface LiftSettlingOptions {
  index: DenylistIndex
  /** Knows what is in force. `undefined`: there is no such source, so no lift takes effect. */
  lookup: Lookup | undefined
  /** Ask only while somebody waits for `settled`, each time anew. Default false. */
  isOnDemand?: boolean
}

const BATCH = 500
const RETRY_MS = 500

/** Until there is an answer, the index goes on refusing as if nothing had been lifted. */
export function createLiftSettling(options: LiftSettlingOptions): LiftSettling {
  const { index, lookup, isOnDemand = false } = options
  const waiting = new Set<Subject>()
  let asking: Promise<void> | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let isClosed = false

  /** Returns whether there was an answer. */
  const askFor = async (source: Lookup, subjects: readonly Subject[]) => {
    for (const subject of subjects) waiting.delete(subject)
    const found = await findInTime(source, subjects)
    for (const subject of subjects) {
      if (!found) waiting.add(subject)
      // If another lift came in the meantime, this answer is too old.
      else if (!waiting.has(subject)) {
        const inForce = found.filter((each) => each.subject === subject)
        index.settle(subject, inForce)
      }
    }
    return found !== undefined
  }

  const askForAll = async () => {
    // Collects everything that was learned in the same turn into one question.
    await Promise.resolve()
    while (lookup && waiting.size > 0 && !isClosed) {
      if (!(await askFor(lookup, [...waiting].slice(0, BATCH)))) return
    }
  }

  const start = () => {
    if (asking || isClosed || !lookup || isOnDemand) return
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
      await (isOnDemand ? askForAll() : asking)
    },
    close() {
      isClosed = true
      clearTimeout(timer)
    },
  }
}
