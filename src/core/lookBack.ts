import type { Check, KnownRows, MinuteRun } from './knownRows.js'
import type { Clock, Ledger } from './ports.js'
import type { Revocation } from './revocation.js'
import { type DigestRange, digestOf, MINUTE_MS, type Periods, periodsOf } from './rowDigest.js'

type Pages = AsyncIterable<readonly Revocation[]>

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
/** A digest that differs so often in a row may always differ. */
const PATIENCE = 3

type Part = 'all' | 'recent'

interface Difference {
  /** The places of the periods that differ. */
  readonly runs: readonly MinuteRun[]
  /** How many rows the ledger counted. */
  readonly rows: number
}

interface Look {
  readonly check: Check
  readonly signal: AbortSignal
}

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

  const isComparing = () =>
    hasDigests && known.isComplete && monotonic() - failedAt >= RETRY_WINDOWS * windowMs
  const since = (part: Part) => monotonic() - lookedAt[part]

  const pauseMs = (part: Part) => {
    const rowsMs = (rows[part] / (ledger.countedPerSecond ?? COUNTED_PER_SECOND)) * 1_000
    const again = compareMs * 2 ** Math.max(0, differing[part] - PATIENCE)
    const pause = Math.min(again, part === 'all' ? fullPassMs : windowMs)
    return Math.min(Math.max(pause, rowsMs), fullPassMs)
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

  const noteWhole = (asOf: number) => {
    lastWhole = asOf
    Object.assign(lookedAt, { all: asOf, recent: asOf })
  }

  async function* readCounted({ check }: Look, pages: Pages): Pages {
    for await (const page of pages) {
      check.count(page)
      yield page
    }
  }

  async function* readWhole(look: Look): Pages {
    const { check, signal } = look
    const asOf = monotonic()
    const at = Math.min(now(), await askTime())
    yield* readCounted(look, ledger.read({ since: 0, at, signal }))
    check.replace({ since: 0 })
    noteWhole(asOf)
  }

  async function* readRecent(look: Look): Pages {
    const { check, signal } = look
    const asOf = monotonic()
    const ledgerNow = await askTime()
    const from = Math.min(check.recentSince, ledgerNow - RECENT_WINDOWS * windowMs)
    const at = Math.min(now(), ledgerNow)
    yield* readCounted(look, ledger.read({ since: Math.max(0, from), at, signal }))
    check.replace({ since: check.recentSince })
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

  async function* readMinutes(look: Look, minutes: readonly MinuteRun[]): Pages {
    const { check, signal } = look
    for (const [first, last] of minutes) {
      const isOpen = last === Number.POSITIVE_INFINITY
      const before = isOpen ? {} : { before: (last + 1) * MINUTE_MS }
      const range = { since: 0, at: first * MINUTE_MS - 1, ...before, signal }
      yield* readCounted(look, ledger.read(range))
    }
    check.replace({ since: 0, minutes })
  }

  /** In which minutes not as many rows expire as we know, of the periods that differ. */
  const differingMinutes = async (
    runs: readonly MinuteRun[],
    periods: Periods,
    differingIn: (periods: Periods) => Promise<Difference | undefined>,
  ) => {
    const { count, firstMinute, minutes } = periods
    const openFrom = firstMinute + (count - 1) * minutes
    const found: MinuteRun[] = []
    for (const [from, to] of runs) {
      const first = firstMinute + from * minutes
      const length = Math.min(firstMinute + (to + 1) * minutes, openFrom) - first
      const inside = { firstMinute: first, minutes: 1, count: length, isOpen: false }
      const difference = length > 0 ? await differingIn(inside) : undefined
      for (const run of difference?.runs ?? []) found.push([first + run[0], first + run[1]])
      // We know nothing that expires so late, so all of it is read.
      if (to === count - 1) found.push([openFrom, Number.POSITIVE_INFINITY])
    }
    return found
  }

  async function* compare(look: Look, part: Part): Pages {
    const { check, signal } = look
    const asOf = monotonic()
    const since = part === 'all' ? 0 : check.recentSince
    // What expires within this minute is not compared: clocks differ, and the purge may come.
    const firstMinute = Math.ceil(Math.max(now(), check.horizon + windowMs) / MINUTE_MS)
    const ours = check.byMinute({ since, firstMinute })
    const differingIn = async (periods: Periods): Promise<Difference | undefined> => {
      const expected = digestOf(ours, periods)
      const found = await digest({ since, until: check.horizon, periods }, signal)
      if (!found) return undefined
      const places = [...found.keys()].filter((place) => found[place] !== expected[place])
      return { runs: runsOf(places), rows: found.reduce((sum, each) => sum + each, 0) }
    }
    const periods = periodsOf(ours, firstMinute)
    const difference = await differingIn(periods)
    if (!difference) return
    lookedAt[part] = asOf
    rows[part] = difference.rows
    if (part === 'all') lookedAt.recent = asOf
    const isEqual = difference.runs.length === 0
    differing[part] = isEqual ? 0 : differing[part] + 1
    if (isEqual) return
    if (part === 'recent') return yield* readRecent(look)
    yield* readMinutes(look, await differingMinutes(difference.runs, periods, differingIn))
  }

  return {
    isDue: () => dueWhole() || duePart() !== undefined,

    async *read(signal) {
      const check = known.check()
      const look = { check, signal }
      try {
        if (dueWhole()) return yield* readWhole(look)
        const part = duePart() ?? 'recent'
        yield* isComparing() ? compare(look, part) : readRecent(look)
      } finally {
        check.end()
      }
    },

    wholeWasRead: noteWhole,
  }
}

/** Each run of consecutive numbers, which ascend. */
function runsOf(numbers: readonly number[]): MinuteRun[] {
  const runs: [number, number][] = []
  for (const each of numbers) {
    const run = runs.at(-1)
    if (run && run[1] === each - 1) run[1] = each
    else runs.push([each, each])
  }
  return runs
}
