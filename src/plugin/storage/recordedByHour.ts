import type { CollectionSlug, Payload, Where } from 'payload'
import { RevocationError } from '../../core/errors.js'
import { isoDate } from '../../core/isoDate.js'
import { memo } from '../../core/processWide.js'
import type { Reason } from '../../core/revocation.js'
import { uuidv7Floor } from '../../core/uuidv7.js'
import type { HourCount } from '../../wire/health.js'
import { countByRange } from '../database/countByRange.js'
import { primaryOf } from '../database/primaryOf.js'
import { ledgerTable } from './ledgerPages.js'
import { LIFETIME } from './lifetimes.js'
import { wholesOnly } from './partsOf.js'

const HOUR_MS = 3_600_000
const HOURS = 24
/** An answer is reused for this long, for everyone who asks this process, in milliseconds. */
const FRESH_MS = 10_000
/** An hour that ended this long ago gets no more rows, so it is counted only once. */
const SETTLED_AFTER_MS = 600_000

/** The reasons of rows that sign nobody out. */
const UNCOUNTED: readonly string[] = [...(['lifted', 'rotated'] satisfies Reason[]), LIFETIME]

interface Counted {
  /** By the start of the hour, in milliseconds. */
  readonly settled: Map<number, number>
  latest?: { readonly at: number; readonly hours: Promise<readonly HourCount[]> } | undefined
}

const known = memo<Payload, Counted>('recordedByHour')

/**
 * How many revocations were recorded in each of the last 24 hours, without lifts and rotated tokens. A
 * logout counts once. It uses one grouped query if the database can group, otherwise one count per
 * hour. It only counts hours that may still change, at most every ten seconds, for everyone who asks.
 *
 * @throws RevocationError `ledger-unavailable`
 */
export function recordedByHour(
  payload: Payload,
  slug: string,
  now = Date.now(),
): Promise<readonly HourCount[]> {
  const counted: Counted = known.get(payload) ?? { settled: new Map() }
  known.set(payload, counted)
  const { latest, settled } = counted
  if (latest && now >= latest.at && now - latest.at < FRESH_MS) return latest.hours
  const own = { at: now, hours: count(payload, slug, { settled, now }) }
  counted.latest = own
  own.hours.catch(() => {
    if (counted.latest === own) counted.latest = undefined
  })
  return own.hours
}

async function count(
  payload: Payload,
  slug: string,
  { settled, now }: { settled: Map<number, number>; now: number },
): Promise<readonly HourCount[]> {
  const thisHour = Math.floor(now / HOUR_MS) * HOUR_MS
  const hours = Array.from({ length: HOURS }, (_, i) => thisHour - (HOURS - 1 - i) * HOUR_MS)
  for (const hour of settled.keys()) if (!hours.includes(hour)) settled.delete(hour)
  const open = hours.slice(hours.findIndex((hour) => !settled.has(hour)))
  const bounds = [...open, thisHour + HOUR_MS].map(uuidv7Floor)
  try {
    const each = () => countEach(payload, slug, bounds)
    // If the fast way fails for any reason, the usual way is used.
    const found = await (countTogether(payload, slug, bounds)?.catch(each) ?? each())
    const recent = new Map(open.map((hour, i) => [hour, found[i] ?? 0]))
    for (const [hour, amount] of recent) {
      if (hour + HOUR_MS + SETTLED_AFTER_MS <= now) settled.set(hour, amount)
    }
    return hours.map((hour) => ({
      hour: isoDate(hour),
      count: recent.get(hour) ?? settled.get(hour) ?? 0,
    }))
  } catch (cause) {
    throw new RevocationError('ledger-unavailable', undefined, { cause })
  }
}

const countTogether = (payload: Payload, slug: string, bounds: readonly string[]) =>
  countByRange(payload, {
    table: ledgerTable(slug).table,
    bounds,
    except: { field: 'reason', values: UNCOUNTED },
    empty: 'partOf',
  })

/** Ids are ordered by time and indexed, so a range of time is a range of ids. */
async function countEach(payload: Payload, slug: string, bounds: readonly string[]) {
  const db = primaryOf(payload.db)
  const counts = bounds.slice(1).map(async (end, i) => {
    const where: Where = {
      and: [
        { id: { greater_than_equal: bounds[i], less_than: end } },
        { reason: { not_in: [...UNCOUNTED] } },
        wholesOnly,
      ],
    }
    return (await db.count({ collection: slug as CollectionSlug, where })).totalDocs
  })
  return Promise.all(counts)
}
