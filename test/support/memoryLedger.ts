import type { Clock, Ledger, SharedCount, SharedCounts, SliceDigest } from '../../src/core/ports.js'
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
  /** How many digests were asked for. */
  readonly digests: number
}

/** A ledger only for tests: the simplest implementation of the port. */
export function memoryLedger({
  now = Date.now,
  clock,
  isCounting = false,
  isSharing = false,
  pageSize = 100,
}: {
  now?: Clock
  /** The ledger's own clock. Default: it has none. */
  clock?: Clock
  /** Whether it has digests. */
  isCounting?: boolean
  /** Whether its readers share their counts. */
  isSharing?: boolean
  pageSize?: number
} = {}): MemoryLedger {
  const rows = new Map<string, Revocation>()
  const reads: number[] = []
  let longestLifetimeMs = 0
  let digests = 0

  const inForce = (at = now()) =>
    [...rows.values()]
      .filter(({ expiresAt }) => expiresAt > at)
      .sort((one, other) => (one.id < other.id ? -1 : 1))

  const obstacle = async () => {
    if (ledger.trouble === 'hangs') await new Promise(() => {})
    if (ledger.trouble instanceof Error) throw ledger.trouble
  }

  const digest: Ledger['digest'] = async ({ periods, since, until }) => {
    digests += 1
    await obstacle()
    const { count, firstMinute, isOpen, minutes } = periods
    const found = new Array<number>(count).fill(0)
    for (const { expiresAt, id } of rows.values()) {
      const madeAt = uuidv7Time(id) ?? 0
      const place = Math.floor((expiresAt / 60_000 - firstMinute) / minutes)
      const period = isOpen ? Math.min(place, count - 1) : place
      if (period < 0 || period >= count || madeAt < since || madeAt >= until) continue
      found[period] = (found[period] ?? 0) + 1
    }
    return found
  }

  const slices: Ledger['slices'] = async ({ since, at }) => {
    await obstacle()
    const found = new Map<string, SliceDigest>()
    for (const { id } of inForce(at)) {
      if ((uuidv7Time(id) ?? 0) < since) continue
      const { rows, tails } = found.get(id.slice(0, 11)) ?? { rows: 0, tails: 0 }
      const tail = Number.parseInt(id.slice(-7), 16)
      found.set(id.slice(0, 11), { rows: rows + 1, tails: tails + tail })
    }
    return found
  }

  let shared: SharedCount | undefined
  const sharedCounts: SharedCounts = {
    async read() {
      await obstacle()
      return shared
    },
    async write(count) {
      await obstacle()
      shared = count
    },
  }

  const ledger: MemoryLedger = {
    ...(isCounting && { digest, slices }),
    ...(isSharing && { sharedCounts }),
    trouble: undefined,
    lock: undefined,
    rows,
    reads,
    get digests() {
      return digests
    },
    async append(revocations) {
      await obstacle()
      await ledger.lock
      for (const each of revocations) if (!rows.has(each.id)) rows.set(each.id, each)
    },
    async *read({
      since,
      at,
      before = Number.POSITIVE_INFINITY,
      until = Number.POSITIVE_INFINITY,
    }) {
      reads.push(since)
      await obstacle()
      const wanted = inForce(at).filter(({ expiresAt, id }) => {
        const madeAt = uuidv7Time(id) ?? 0
        return madeAt >= since && madeAt < until && expiresAt < before
      })
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
