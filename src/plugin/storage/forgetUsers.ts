import type { CollectionSlug, Payload, PayloadRequest, Where } from 'payload'
import { inBatches } from '../../core/inBatches.js'
import { isoDate } from '../../core/isoDate.js'
import { actorName, FORMER_USER, userSubject } from '../../core/token.js'
import type { Settings } from '../config/settings.js'
import { primaryOf } from '../database/primaryOf.js'
import { tableNameOf } from '../database/sqlAdapter.js'
import { transactionOf, transactionWithin } from '../database/transactionOf.js'
import { untilCommitted } from '../database/untilCommitted.js'
import { updateRows } from '../database/updateRows.js'

/** Deleted users of one collection. */
export interface FormerUsers {
  readonly collection: string
  readonly ids: readonly (number | string)[]
  /**
   * Only data up to this time (ms), because the database has since given the id to another user.
   */
  readonly until?: number | undefined
}

/**
 * Deletes what is stored about users outside their own documents, in the transaction of `req` if
 * there is one. Repeating it is harmless.
 *
 * - The records of their sessions, which contain addresses and devices.
 * - In the ledger: the address in each row that they caused, and the notes about them. They are no
 *   longer named as the actor. If somebody else ended their sessions, that person's address stays.
 *   The rows themselves stay, because the denylist needs them.
 */
export async function forgetUsers(
  payload: Payload,
  place: Pick<Settings, 'slug' | 'sessions'>,
  { ids, ...others }: FormerUsers,
  req: Pick<PayloadRequest, 'transactionID'> = {},
): Promise<void> {
  for (const batch of inBatches(payload.db, ids))
    await forgetBatch(payload, place, { ...others, ids: batch }, req)
}

async function forgetBatch(
  payload: Payload,
  { slug, sessions }: Pick<Settings, 'slug' | 'sessions'>,
  { collection, ids, until }: FormerUsers,
  req: Pick<PayloadRequest, 'transactionID'>,
) {
  const within = await transactionWithin(req)
  const upTo = (field: string): Where[] =>
    until === undefined ? [] : [{ [field]: { less_than_equal: isoDate(until) } }]
  const records = sessions && {
    collection: sessions.slug as CollectionSlug,
    where: {
      and: [
        { userCollection: { equals: collection } },
        { userId: { in: ids.map(String) } },
        ...upTo('createdAt'),
      ],
    },
    ...(within && { req: within }),
  }
  const ledger = { collection: slug as CollectionSlug, table: tableNameOf(slug) }
  const change = (where: Where, data: Record<string, string | null>) => {
    const all = { and: [where, ...upTo('revokedAt')] }
    return settled(payload, req, () => updateRows(payload, { ...ledger, where: all, data, within }))
  }

  const actors = ids.map((id) => actorName({ collection, id }))
  await change({ actor: { in: actors } }, { actor: FORMER_USER, ip: null })
  const found = records
    ? await primaryOf(payload.db).find<{ id: string }>({
        ...{ ...records, limit: 0, pagination: false, select: {} },
      })
    : { docs: [] }
  const subjects = [
    ...ids.map((id) => userSubject(collection, id)),
    ...found.docs.map(({ id }) => `sid:${id}`),
  ]
  for (const batch of inBatches(payload.db, subjects)) {
    const about = { subject: { in: batch } }
    const byNobodyElse = { or: [{ actor: { exists: false } }, { actor: { equals: FORMER_USER } }] }
    await change({ and: [about, byNobodyElse, { ip: { exists: true } }] }, { ip: null })
    await change({ and: [about, { note: { exists: true } }] }, { note: null })
  }
  // Deleted last, because until then the records show which sessions belong to these users.
  if (records) await settled(payload, req, () => primaryOf(payload.db).deleteMany(records))
}

/** A write in a transaction is committed with it. */
async function settled(
  payload: Payload,
  req: Pick<PayloadRequest, 'transactionID'>,
  write: () => Promise<unknown>,
) {
  if ((await transactionOf(req)) !== undefined) await write()
  else await untilCommitted(payload, { write, isThere: async () => true })
}
