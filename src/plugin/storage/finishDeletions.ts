import type { CollectionSlug, Payload, Where } from 'payload'
import { inBatches } from '../../core/inBatches.js'
import { memo } from '../../core/processWide.js'
import { CLOCK_TOLERANCE_MS, type Reason } from '../../core/revocation.js'
import { userOf } from '../../core/token.js'
import { uuidv7Floor } from '../../core/uuidv7.js'
import type { Settings } from '../config/settings.js'
import { primaryOf } from '../database/primaryOf.js'
import { forgetUsers } from './forgetUsers.js'
import type { Row } from './ledgerRow.js'

/** The reasons of rows that are written before and after a user is deleted. */
const REASONS = ['change-begun', 'user-deleted'] satisfies Reason[]

const PAGE = 50
/**
 * Each look starts this long before the end of the last one, for deletions that were running then.
 */
const OVERLAP_MS = 3_600_000

/** Until when this process has looked at the deletions in the ledger, in milliseconds. */
const lookedAt = memo<Payload, number>('finishedDeletions')

type Place = Pick<Settings, 'slug' | 'sessions'>

/**
 * Forgets users whose deletion was not finished, for example because the process was killed in the
 * middle: the ledger says that the deletion began, and the user no longer exists. A process first
 * looks at the whole ledger, and after that only at new rows.
 */
export async function finishDeletions(
  payload: Payload,
  place: Place,
  { now, isStopped }: { now: number; isStopped: () => boolean },
): Promise<void> {
  const collection = place.slug as CollectionSlug
  let position: Where = {
    id: { greater_than_equal: uuidv7Floor((lookedAt.get(payload) ?? 0) - OVERLAP_MS) },
  }
  while (!isStopped()) {
    const { docs } = await primaryOf(payload.db).find<Pick<Row, 'id' | 'subject' | 'revokedAt'>>({
      ...{ collection, limit: PAGE, sort: 'id', pagination: false },
      where: { and: [{ scope: { equals: 'user' } }, { reason: { in: REASONS } }, position] },
      select: { subject: true, revokedAt: true },
    })
    await forgetThoseGone(payload, place, docs)
    const last = docs.at(-1)
    if (!last || docs.length < PAGE) {
      lookedAt.set(payload, now)
      return
    }
    position = { id: { greater_than: last.id } }
  }
}

async function forgetThoseGone(
  payload: Payload,
  place: Place,
  rows: readonly Pick<Row, 'subject' | 'revokedAt'>[],
) {
  /** When the latest row of each user was written, by collection. */
  const users = new Map<string, Map<string, number>>()
  for (const { subject, revokedAt } of rows) {
    const user = userOf(subject)
    if (!user) continue
    const times = users.get(user.collection) ?? new Map<string, number>()
    users.set(user.collection, times.set(user.id, Date.parse(revokedAt)))
  }
  for (const [collection, times] of users) {
    const present = await whoIsThere(payload, collection, [...times.keys()])
    if (!present) continue
    const gone = [...times.keys()].filter((id) => !present.has(id))
    if (gone.length > 0) await forgetUsers(payload, place, { collection, ids: gone })
    for (const [id, madeAt] of present) {
      const until = (times.get(id) ?? 0) + CLOCK_TOLERANCE_MS
      if (madeAt > until) await forgetUsers(payload, place, { collection, ids: [id], until })
    }
  }
}

/** When the existing users were created (0: unknown). Users in the trash count as existing. */
async function whoIsThere(payload: Payload, slug: string, ids: readonly string[]) {
  const known = Object.hasOwn(payload.collections, slug) ? payload.collections[slug] : undefined
  if (!known?.config.auth) return undefined
  const hasNumbers = (known.customIDType ?? payload.db.defaultIDType) === 'number'
  const asked = hasNumbers ? ids.map(Number).filter(Number.isFinite) : ids
  const found = new Map<string, number>()
  for (const batch of inBatches<number | string>(payload.db, asked)) {
    const { docs } = await primaryOf(payload.db).find<{ id: number | string; createdAt?: string }>({
      collection: slug as CollectionSlug,
      ...{ limit: 0, pagination: false, select: { createdAt: true } },
      where: { id: { in: batch } },
    })
    for (const { id, createdAt } of docs) found.set(String(id), Date.parse(createdAt ?? '') || 0)
  }
  return found
}
