import { createCountWatch } from './countWatch.js'
import { differingMinutes, differingPeriods } from './differingMinutes.js'
import type { Check, KnownRows } from './knownRows.js'
import type { Clock, Ledger, SharedCount } from './ports.js'
import { createRereading, type Look, type Pages } from './rereading.js'
import { type DigestRange, MINUTE_MS, type Periods, periodsOf, totalOf } from './rowDigest.js'

/**
 * Finds the rows that the regular readings missed, because they became visible too late. It compares
 * digests with the ledger and reads only where they differ. If the ledger has none, it reads the
 * recent part and everything again and again.
 */
export interface LookBack {
  /** Whether it is time for {@link read}. */
  isDue(): boolean
  /** The next look: what it had to read. `signal` as in the ledger's `read`. */
  read(signal: AbortSignal): Pages
  /** Somebody else read the whole ledger, as of this instant by the monotonic clock. */
  wholeWasRead(asOf: number): void
}

export interface LookBackOptions {
  ledger: Ledger
  known: KnownRows
  /** The time by the ledger's clock, in milliseconds. */
  askTime: () => Promise<number>
  windowMs: number
  /** Milliseconds between two comparisons, if the ledger is small. */
  compareMs: number
  /** Milliseconds between two readings of everything, or between two comparisons of a large ledger. */
  fullPassMs: number
  now: Clock
  monotonic: Clock
}

/** What counts as recent, in windows. Few rows become visible even later. */
export const RECENT_WINDOWS = 20
/** Everything is read once a day even if the digests agree, in case there is an error in them. */
const SAFETY_MS = 86_400_000
/** Unless the ledger says otherwise. Fifty processes then take a tenth of a core of PostgreSQL. */
const COUNTED_PER_SECOND = 3_000
/** So many windows after a comparison failed, it is tried again. Meanwhile there are readings. */
const RETRY_WINDOWS = 4
/** A digest that differs so often in a row may always differ. Then it is asked for ever more rarely. */
const PATIENCE = 3

type Part = 'all' | 'recent'

export function createLookBack(options: LookBackOptions): LookBack {
  const { ledger, known, askTime, windowMs, compareMs, fullPassMs, now, monotonic } = options
  const lookedAt = { all: Number.NEGATIVE_INFINITY, recent: Number.NEGATIVE_INFINITY }
  /** How many rows the last comparison of each part counted. */
  const rows = { all: 0, recent: 0 }
  let lastWhole = Number.NEGATIVE_INFINITY
  let hasDigests = ledger.digest !== undefined
  let failedAt = Number.NEGATIVE_INFINITY
  /** How many comparisons of each part have differed in a row. */
  const differing = { all: 0, recent: 0 }

  const recentMs = RECENT_WINDOWS * windowMs
  const rereading = createRereading({ ledger, askTime, recentMs, now })
  const watch = createCountWatch({
    ...{ shared: ledger.sharedCounts, monotonic },
    lookMs: compareMs / 2,
    restMs: fullPassMs,
  })

  const isComparing = () =>
    hasDigests && known.isComplete && monotonic() - failedAt >= RETRY_WINDOWS * windowMs
  const since = (part: Part) => monotonic() - lookedAt[part]

  const rowsMs = (part: Part) =>
    (rows[part] / (ledger.countedPerSecond ?? COUNTED_PER_SECOND)) * 1_000
  const pauseMs = (part: Part) => {
    const again = compareMs * 2 ** Math.max(0, differing[part] - PATIENCE)
    const pause = Math.min(again, part === 'all' ? fullPassMs : windowMs)
    return Math.min(Math.max(pause, rowsMs(part)), fullPassMs)
  }

  const dueWhole = () =>
    isComparing()
      ? monotonic() - lastWhole >= Math.max(SAFETY_MS, fullPassMs)
      : since('all') >= fullPassMs
  const duePart = (): Part | undefined => {
    if (!isComparing()) return since('recent') >= windowMs ? 'recent' : undefined
    if (since('all') >= pauseMs('all')) return 'all'
    return since('recent') >= pauseMs('recent') ? 'recent' : undefined
  }

  /** A ledger that each process may compare often enough on its own is not worth it. */
  const isSharing = () => isComparing() && rowsMs('all') > compareMs && differing.all <= PATIENCE
  const isSharedDue = () => isSharing() && watch.isDue()

  const noteWhole = (asOf: number) => {
    lastWhole = asOf
    Object.assign(lookedAt, { all: asOf, recent: asOf })
  }

  async function* readWhole(look: Look): Pages {
    const asOf = monotonic()
    yield* rereading.everything(look)
    noteWhole(asOf)
  }

  async function* readRecent(look: Look): Pages {
    const asOf = monotonic()
    yield* rereading.recent(look)
    lookedAt.recent = asOf
  }

  const digest = async (range: DigestRange, signal: AbortSignal) => {
    try {
      const found = await ledger.digest?.(range, signal)
      if (!found) hasDigests = false
      return found
    } catch (error) {
      failedAt = monotonic()
      throw error
    }
  }

  /** What expires within this minute is not compared: clocks differ, and the purge may come. */
  const firstMinuteOf = ({ horizon }: Check) =>
    Math.ceil(Math.max(now(), horizon + windowMs) / MINUTE_MS)

  async function* compare(look: Look, part: Part): Pages {
    const { check, signal } = look
    const asOf = monotonic()
    const since = part === 'all' ? 0 : check.recentSince
    const firstMinute = firstMinuteOf(check)
    const ourCounts = (until: number) => check.byMinute({ since, until, firstMinute })
    const shared = part === 'all' && isSharing() ? ourCounts(check.line) : undefined
    const until = shared ? check.line : check.horizon
    const ours = shared ?? ourCounts(until) ?? new Map<number, number>()
    const periods = periodsOf(ours, firstMinute)
    const count = (of: Periods) => digest({ since, until, periods: of }, signal)
    const found = await count(periods)
    if (!found) return
    lookedAt[part] = asOf
    rows[part] = totalOf(found)
    if (part === 'all') lookedAt.recent = asOf
    if (shared) await watch.publish({ until, periods, digest: found })
    const runs = differingPeriods(found, ours, periods)
    differing[part] = runs.length === 0 ? 0 : differing[part] + 1
    if (runs.length === 0) return
    if (part === 'recent') return yield* readRecent(look)
    yield* rereading.minutes(look, await differingMinutes(runs, periods, { ours, count }))
  }

  /** Compares with what another process has counted. */
  async function* compareWith(look: Look, told: SharedCount): Pages {
    const { check, signal } = look
    const asOf = monotonic()
    const { periods } = told
    const { firstMinute } = periods
    const ours = check.byMinute({ since: 0, until: told.until, firstMinute })
    watch.settle()
    // What has expired meanwhile may be forgotten here.
    if (!ours || firstMinute < firstMinuteOf(check) - 1) return
    const runs = differingPeriods(told.digest, ours, periods)
    differing.all = runs.length === 0 ? 0 : differing.all + 1
    if (runs.length > 0) {
      const until = check.horizon
      const count = (of: Periods) => digest({ since: 0, until, periods: of }, signal)
      const now = check.byMinute({ since: 0, until, firstMinute }) ?? ours
      const minutes = await differingMinutes(runs, periods, { ours: now, count })
      if (minutes.length === 0) watch.wasWrong()
      else yield* rereading.minutes(look, minutes)
    }
    rows.all = totalOf(told.digest)
    Object.assign(lookedAt, { all: asOf, recent: asOf })
  }

  async function* readShared(look: Look): Pages {
    const told = await watch.look()
    if (told === 'overdue') yield* compare(look, 'all')
    else if (told && told.until <= look.check.horizon) yield* compareWith(look, told)
  }

  return {
    isDue: () => dueWhole() || duePart() !== undefined || isSharedDue(),

    async *read(signal) {
      const check = known.check()
      const look = { check, signal }
      try {
        if (dueWhole()) return yield* readWhole(look)
        const part = duePart()
        if (!part && isSharedDue()) return yield* readShared(look)
        yield* isComparing() ? compare(look, part ?? 'recent') : readRecent(look)
      } finally {
        check.end()
      }
    },

    wholeWasRead: noteWhole,
  }
}
