import type { CollectionSlug, Payload, Where } from 'payload'
import { inBatches } from '../../core/inBatches.js'
import { isoDate } from '../../core/isoDate.js'
import { CLOCK_TOLERANCE_MS } from '../../core/revocation.js'
import type { Settings } from '../config/settings.js'
import { primaryOf } from '../database/primaryOf.js'
import { endsOfEveryone, latestCutoffOf } from './endsOfEveryone.js'
import { finishDeletions } from './finishDeletions.js'
import { isBuilding } from './isBuilding.js'
import { ledgerTable } from './ledgerPages.js'
import { ledgerState } from './lifetimes.js'

/** How many rows were deleted. */
export interface PurgeCounts {
  revocations: number
  sessions: number
}

const BATCH = 500
/**
 * While this process rests, a purge that is due checks this often whether the rest is over, in
 * milliseconds.
 */
const LOOK_AGAIN_MS = 30_000
/** The longest delay of a timer, in milliseconds. */
const MAX_TIMER_MS = 2 ** 31 - 1

/**
 * Deletes what `retention` no longer keeps: ledger rows that expired that long ago, and records of
 * sessions that ended or expired that long ago. It works in batches of 500 and lets other work run
 * in between. It never deletes what is in force, however short the retention is. A dry run only
 * counts.
 */
export async function purge(
  payload: Payload,
  { slug, ledgerRetentionMs, sessions }: Pick<Settings, 'slug' | 'ledgerRetentionMs' | 'sessions'>,
  { dryRun = false, isStopped = () => false }: { dryRun?: boolean; isStopped?: () => boolean } = {},
): Promise<PurgeCounts> {
  // Uses the clock that is behind. Nothing is deleted before every clock says that it has expired.
  const { now = Date.now() } = await ledgerState(payload, ledgerTable(slug))
  const at = Math.min(now, Date.now())
  const remove = async (slug: string, where: Where) => {
    const collection = slug as CollectionSlug
    if (dryRun) return (await primaryOf(payload.db).count({ collection, where })).totalDocs
    return deleteAll(payload, { collection, where, isStopped })
  }
  const counts = {
    revocations: await remove(slug, isBefore('expiresAt', latest(at, ledgerRetentionMs))),
    sessions: sessions
      ? await remove(sessions.slug, {
          or: await endedBefore(payload, { slug, until: latest(at, sessions.retentionMs) }),
        })
      : 0,
  }
  if (!dryRun) await finishDeletions(payload, { slug, sessions }, { now: at, isStopped })
  return counts
}

/**
 * Purges regularly, each time after half to one and a half of the interval, so that many processes
 * do not purge together. It does not purge during `next build`, or while the process rests, because
 * that would wake the database. Call the result to stop it.
 */
export function purgeRegularly(
  payload: Payload,
  settings: Settings,
  { isAtRest }: { isAtRest: () => boolean },
): () => Promise<void> {
  const { purgeIntervalMs } = settings
  if (purgeIntervalMs === undefined || isBuilding()) return async () => {}
  let timer: ReturnType<typeof setTimeout> | undefined
  let running: Promise<void> | undefined
  let isStopped = false

  const run = async () => {
    if (isAtRest()) return schedule(LOOK_AGAIN_MS)
    try {
      const counts = await purge(payload, settings, { isStopped: () => isStopped })
      if (counts.revocations + counts.sessions > 0) {
        payload.logger.info(counts, 'Revocations: purged expired records')
      }
    } catch (err) {
      if (!isStopped) payload.logger.error({ err }, 'Revocations: the purge failed')
    }
    schedule()
  }

  const schedule = (waitMs = Math.min(purgeIntervalMs * (0.5 + Math.random()), MAX_TIMER_MS)) => {
    if (isStopped) return
    timer = setTimeout(() => {
      running = run()
    }, waitMs)
    timer.unref()
  }

  schedule()
  return async () => {
    isStopped = true
    clearTimeout(timer)
    await running
  }
}

/** What ended or expired before this time (ms) is no longer kept. Clocks differ by the tolerance. */
const latest = (at: number, retentionMs: number) => at - Math.max(retentionMs, CLOCK_TOLERANCE_MS)

const isBefore = (field: string, timeMs: number): Where => ({
  [field]: { less_than: isoDate(timeMs) },
})

/** The records of sessions that ended before this time (ms). */
async function endedBefore(
  payload: Payload,
  { slug, until }: { slug: string; until: number },
): Promise<Where[]> {
  const marked = ['expiresAt', 'endedAt'].map((field) => isBefore(field, until))
  // Later every session that it ended has expired, too, and no index helps with this condition.
  const ends = (await endsOfEveryone(payload, slug)).filter(
    ({ revokedAt, expiresAt }) => revokedAt < until && until <= expiresAt,
  )
  if (ends.length === 0) return marked
  const cutoff = isoDate(latestCutoffOf(ends))
  return [...marked, { lastRefreshedAt: { less_than_equal: cutoff } }]
}

async function deleteAll(
  payload: Payload,
  {
    collection,
    where,
    isStopped,
  }: { collection: CollectionSlug; where: Where; isStopped: () => boolean },
): Promise<number> {
  let deleted = 0
  let position: Where = {}
  while (!isStopped()) {
    const { docs } = await primaryOf(payload.db).find<{ id: string }>({
      ...{ collection, limit: BATCH, sort: 'id', pagination: false, select: {} },
      where: { and: [where, position] },
    })
    const ids = docs.map(({ id }) => id)
    for (const batch of inBatches(payload.db, ids))
      await primaryOf(payload.db).deleteMany({ collection, where: { id: { in: batch } } })
    deleted += ids.length
    if (ids.length < BATCH) break
    position = { id: { greater_than: ids.at(-1) } }
    await othersToRun()
  }
  return deleted
}

/** A database in the same process would otherwise never let other work run. */
const othersToRun = () => new Promise<void>((resolve) => setImmediate(resolve))
