import type { Clock, Ledger } from '../../src/core/ports.js'
import { type Revocation, withoutLifted } from '../../src/core/revocation.js'

export interface MemoryLedger extends Ledger {
  /** While set, every operation rejects with it, or waits for ever. */
  trouble: Error | 'hangs' | undefined
  readonly rows: ReadonlyMap<string, Revocation>
  /** Every `since` that was asked for, in order. */
  readonly reads: readonly number[]
}

/** A ledger of the test's own: the port in its plainest form. */
export function memoryLedger({
  now = Date.now,
  pageSize = 100,
}: {
  now?: Clock
  pageSize?: number
} = {}): MemoryLedger {
  const rows = new Map<string, Revocation>()
  const reads: number[] = []

  const inForce = () =>
    [...rows.values()]
      .filter(({ expiresAt }) => expiresAt > now())
      .sort((one, other) => (one.id < other.id ? -1 : 1))

  const obstacle = async () => {
    if (ledger.trouble === 'hangs') await new Promise(() => {})
    if (ledger.trouble instanceof Error) throw ledger.trouble
  }

  const ledger: MemoryLedger = {
    trouble: undefined,
    rows,
    reads,
    async append(revocations) {
      await obstacle()
      for (const each of revocations) if (!rows.has(each.id)) rows.set(each.id, each)
    },
    async *read({ since }) {
      reads.push(since)
      await obstacle()
      const wanted = inForce().filter(({ revokedAt }) => revokedAt >= since)
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
  }
  return ledger
}
