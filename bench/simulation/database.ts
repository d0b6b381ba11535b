import type { Ledger } from '../../src/core/ports.js'
import { type Revocation, withoutLifted } from '../../src/core/revocation.js'
import { countRow, digestOf, MINUTE_MS, type MinuteCounts } from '../../src/core/rowDigest.js'
import { uuidv7Floor } from '../../src/core/uuidv7.js'
import { type Network, passed, type Region } from './network.js'
import type { Randomness } from './randomness.js'

/** The one database of all processes. Its clock is right. */
export interface Database {
  /** The ledger as a process of a region reaches it. */
  ledgerFor(region: Region): Ledger
  /** Until `until` it refuses everything, as during a failover. */
  fail(until: number): void
}

interface Row {
  readonly revocation: Revocation
  visibleAt: number
}

const PAGE_SIZE = 500

/** How long commits take: most some milliseconds, some of them seconds. */
function commitMs(random: Randomness): number {
  const share = random.share()
  if (share < 0.9) return random.between(2, 10)
  return share < 0.99 ? random.between(50, 500) : random.between(1_000, 12_000)
}

/** A table of rows by id. A row can be read some time after its id was made, out of order. */
export function database(options: {
  random: Randomness
  network: Network
  now: () => number
  /** Breaks the contract: a row that is acknowledged becomes visible this much later, in ms. */
  hiddenAfterwardsMs?: number | undefined
}): Database {
  const { random, network, now, hiddenAfterwardsMs = 0 } = options
  const rows: Row[] = []
  const byId = new Map<string, Row>()
  let failsUntil = 0
  let longestLifetimeMs = 0

  /** The first place whose id is not before `id`. */
  const placeOf = (id: string) => {
    let [low, high] = [0, rows.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((rows[middle] as Row).revocation.id < id) low = middle + 1
      else high = middle
    }
    return low
  }

  const write = (revocation: Revocation, visibleAt: number) => {
    if (byId.has(revocation.id)) return
    const row = { revocation, visibleAt }
    byId.set(revocation.id, row)
    rows.splice(placeOf(revocation.id), 0, row)
  }

  /**
   * What is committed now and expires after `at` and before `before`, from the id `from` on, in the
   * order of ids.
   */
  const committed = (
    from: string,
    { at, before, limit }: { at: number; before: number; limit: number },
  ) => {
    const found: Revocation[] = []
    for (let place = placeOf(from); place < rows.length && found.length < limit; place += 1) {
      const { revocation, visibleAt } = rows[place] as Row
      const { expiresAt } = revocation
      if (visibleAt <= now() && expiresAt > at && expiresAt < before) found.push(revocation)
    }
    return found
  }
  const inForce = (from = '', at = now()) =>
    committed(from, { at, before: Number.POSITIVE_INFINITY, limit: Number.POSITIVE_INFINITY })

  return {
    ledgerFor(region) {
      /** One statement: there, the work, and back. */
      const ask = async <Answer>(work: () => Answer | Promise<Answer>): Promise<Answer> => {
        await network.travel(region)
        if (now() < failsUntil) throw new Error('the database is down')
        const answer = await work()
        await network.travel(region)
        return answer
      }
      return {
        append: (revocations) =>
          ask(async () => {
            const takesMs = commitMs(random)
            for (const each of revocations) write(each, now() + takesMs + hiddenAfterwardsMs)
            await passed(takesMs)
          }),
        async *read({ since, at = now(), before = Number.POSITIVE_INFINITY }) {
          let from = uuidv7Floor(since)
          for (;;) {
            const start = from
            const page = await ask(() => committed(start, { at, before, limit: PAGE_SIZE }))
            yield page
            if (page.length < PAGE_SIZE) return
            // No id begins with another, so this is the first text after the last one.
            from = `${page.at(-1)?.id}+`
          }
        },
        digest: ({ periods, since, until }) =>
          ask(() => {
            const end = uuidv7Floor(until)
            const counts: MinuteCounts = new Map()
            const at = periods.firstMinute * MINUTE_MS - 1
            for (const row of inForce(uuidv7Floor(since), at))
              if (row.id < end) countRow(counts, row)
            return digestOf(counts, periods)
          }),
        find: (subjects) =>
          ask(() => withoutLifted(inForce().filter(({ subject }) => subjects.includes(subject)))),
        cutoffsAfter: (instant) =>
          ask(() => inForce().filter(({ cutoff = 0 }) => cutoff > instant)),
        state: () => ask(() => ({ now: Math.floor(now()), longestLifetimeMs })),
        declareLifetime: (lifetimeMs) =>
          ask(() => {
            longestLifetimeMs = Math.max(longestLifetimeMs, lifetimeMs)
          }),
      }
    },
    fail(until) {
      failsUntil = until
    },
  }
}
