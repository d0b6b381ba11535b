import type { Clock, Ledger } from '../../src/core/ports.js'
import { type Revocation, withoutLifted } from '../../src/core/revocation.js'
import { uuidv7Time } from '../../src/core/uuidv7.js'

export interface MemoryLedger extends Ledger {
  /** While set, every operation rejects with it, or waits for ever. */
  trouble: Error | 'hangs' | undefined
  /** While set, a row that is written waits for it before anybody can read it. */
  lock: Promise<void> | undefined
  readonly rows: ReadonlyMap<string, Revocation>
  /** Every requested `since`, in order. */
  readonly reads: readonly number[]
}

/** A ledger only for tests: the simplest implementation of the port. */
export function memoryLedger({
  now = Date.now,
  clock,
  pageSize = 100,
}: {
  now?: Clock
  /** The ledger's own clock. Default: it has none. */
  clock?: Clock
  pageSize?: number
} = {}): MemoryLedger {
  const rows = new Map<string, Revocation>()
  const reads: number[] = []
  let longestLifetimeMs = 0

  const inForce = (at = now()) =>
    [...rows.values()]
      .filter(({ expiresAt }) => expiresAt > at)
      .sort((one, other) => (one.id < other.id ? -1 : 1))

  const obstacle = async () => {
    if (ledger.trouble === 'hangs') await new Promise(() => {})
    if (ledger.trouble instanceof Error) throw ledger.trouble
  }

  const ledger: MemoryLedger = {
    trouble: undefined,
    lock: undefined,
    rows,
    reads,
    async append(revocations) {
      await obstacle()
      await ledger.lock
      for (const each of revocations) if (!rows.has(each.id)) rows.set(each.id, each)
    },
    async *read({ since, at }) {
      reads.push(since)
      await obstacle()
      const wanted = inForce(at).filter(({ id }) => (uuidv7Time(id) ?? 0) >= since)
      for (let i = 0; i < wanted.length; i += pageSize) yield wanted.slice(i, i + pageSize)
    },
    async cutoffsAfter(instant) {
      await obstacle()
      return inForce().filter(({ cutoff = 0 }) => cutoff > instant)
    },
    async find(subjects) {
      await obstacle()
      return withoutLifted(inForce().filter(({ subject }) => subjects.includes(subject)))
    },
    async state() {
      await obstacle()
      return { now: clock?.(), longestLifetimeMs }
    },
    async declareLifetime(lifetimeMs) {
      await obstacle()
      longestLifetimeMs = Math.max(longestLifetimeMs, lifetimeMs)
    },
  }
  return ledger
}
