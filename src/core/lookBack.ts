import type { Check, KnownRows } from './knownRows.js'
import type { Clock, Ledger } from './ports.js'
import type { Revocation } from './revocation.js'
import { type DigestRange, isSame, MINUTE_MS } from './rowDigest.js'

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

  async function* readMinutes(look: Look, minutes: readonly number[]): Pages {
    const { check, signal } = look
    for (const [first, last] of runsOf(minutes)) {
      const range = { at: first * MINUTE_MS - 1, before: (last + 1) * MINUTE_MS }
      yield* readCounted(look, ledger.read({ since: 0, ...range, signal }))
    }
    check.replace({ since: 0, minutes })
  }

  async function* compare(look: Look, part: Part): Pages {
    const { check, signal } = look
    const asOf = monotonic()
    const from = part === 'all' ? 0 : check.recentSince
    // What expires within this minute is not compared: clocks differ, and the purge may come.
    const firstMinute = Math.ceil(Math.max(now(), check.horizon + windowMs) / MINUTE_MS)
    const range = { since: from, until: check.horizon, expiringFrom: firstMinute * MINUTE_MS }
    const expected = check.total({ since: from, firstMinute })
    const found = await digest({ ...range, isByMinute: false }, signal)
    if (!found) return
    lookedAt[part] = asOf
    rows[part] = found.get(0)?.rows ?? 0
    if (part === 'all') lookedAt.recent = asOf
    const isEqual = isSame(found.get(0), expected)
    differing[part] = isEqual ? 0 : differing[part] + 1
    if (isEqual) return
    if (part === 'recent') return yield* readRecent(look)
    const theirs = await digest({ ...range, isByMinute: true }, signal)
    if (!theirs) return
    const ours = check.byMinute(firstMinute)
    const minutes = [...new Set([...theirs.keys(), ...ours.keys()])]
    const different = minutes.filter((minute) => !isSame(theirs.get(minute), ours.get(minute)))
    yield* readMinutes(look, different)
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

/** Each run of consecutive minutes, by its first and its last. */
function runsOf(minutes: readonly number[]): [number, number][] {
  const runs: [number, number][] = []
  for (const minute of [...minutes].sort((one, other) => one - other)) {
    const run = runs.at(-1)
    if (run && run[1] === minute - 1) run[1] = minute
    else runs.push([minute, minute])
  }
  return runs
}
