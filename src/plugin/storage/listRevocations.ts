import type { CollectionSlug, PaginatedDocs, Payload, Where } from 'payload'
import { RevocationError } from '../../core/errors.js'
import { isoDate } from '../../core/isoDate.js'
import type { Reason, Revocation, Scope, Subject } from '../../core/revocation.js'
import { primaryOf } from '../database/primaryOf.js'
import { fromRow, type Row } from './ledgerRow.js'
import { revocationsOnly } from './lifetimes.js'

/** Filters the revocations in force. Without filters it selects all. */
export interface RevocationQuery {
  scope?: Scope | undefined
  reason?: Reason | undefined
  subject?: Subject | undefined
  /**
   * The number of revocations per page, 1 to 1,000.
   *
   * @default 50
   */
  limit?: number | undefined
  /**
   * The number of the page, from 1.
   *
   * @default 1
   */
  page?: number | undefined
}

/** A page of revocations, in the shape of Payload's own pages. */
export type RevocationPage = PaginatedDocs<Revocation>

/**
 * The revocations in force, newest first. Lifted revocations are left out, and so are lifts, unless
 * the reason `lifted` is asked for.
 */
export async function listRevocations(
  payload: Payload,
  slug: string,
  { scope, reason, subject, limit = 50, page = 1 }: RevocationQuery,
): Promise<RevocationPage> {
  const collection = slug as CollectionSlug
  const unexpired = { expiresAt: { greater_than: isoDate(Date.now()) } }
  const wanted = { scope, reason, subject }
  const conditions: Where[] = Object.entries(wanted).flatMap(([name, value]) =>
    value === undefined ? [] : [{ [name]: { equals: value } }],
  )
  try {
    if (reason !== 'lifted') conditions.push(...(await inForce(payload, collection, unexpired)))
    const found = await primaryOf(payload.db).find<Row>({
      collection,
      where: { and: [unexpired, revocationsOnly, ...conditions] },
      limit: Math.min(Math.max(1, Math.floor(limit)), 1_000),
      page: Math.max(1, Math.floor(page)),
      pagination: true,
      sort: '-id',
    })
    return { ...found, docs: found.docs.map(fromRow) }
  } catch (cause) {
    throw new RevocationError('ledger-unavailable', undefined, { cause })
  }
}

/** There are few lifts, because people make them one by one. */
async function inForce(
  payload: Payload,
  collection: CollectionSlug,
  unexpired: Where,
): Promise<Where[]> {
  const { docs } = await primaryOf(payload.db).find<Row>({
    collection,
    where: { and: [{ lifts: { exists: true } }, unexpired] },
    limit: 0,
    pagination: false,
  })
  const lifted = docs.flatMap(({ lifts }) => lifts ?? [])
  const areNoLifts: Where = { lifts: { exists: false } }
  return lifted.length === 0 ? [areNoLifts] : [areNoLifts, { id: { not_in: lifted } }]
}
