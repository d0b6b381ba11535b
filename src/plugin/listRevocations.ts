import type { CollectionSlug, PaginatedDocs, Payload, Where } from 'payload'
import { RevocationError } from '../core/errors.js'
import type { Reason, Revocation, Scope, Subject } from '../core/revocation.js'
import { fromRow, type Row } from './payloadLedger.js'

/** Which of the revocations in force; all when nothing is named. */
export interface ListQuery {
  scope?: Scope | undefined
  reason?: Reason | undefined
  subject?: Subject | undefined
  /** How many a page holds: 1 to 1,000. Default 50. */
  limit?: number | undefined
  /** From 1. Default 1. */
  page?: number | undefined
}

/** A page of revocations, in the shape of Payload's own. */
export type RevocationPage = PaginatedDocs<Revocation>

/** The revocations in force that the ledger holds, newest first. */
export async function listRevocations(
  payload: Payload,
  slug: string,
  { scope, reason, subject, limit = 50, page = 1 }: ListQuery,
): Promise<RevocationPage> {
  const wanted = { scope, reason, subject }
  const conditions: Where[] = Object.entries(wanted).flatMap(([name, value]) =>
    value === undefined ? [] : [{ [name]: { equals: value } }],
  )
  try {
    const collection = slug as CollectionSlug
    const unexpired = { expiresAt: { greater_than: new Date().toISOString() } }
    const lifts = await payload.db.find<Row>({
      collection,
      where: { and: [unexpired, { reason: { equals: 'lifted' } }] },
      pagination: false,
    })
    const lifted = lifts.docs.map((lift) => lift.lifts)
    const isInForce: Where[] = [
      unexpired,
      { reason: { not_equals: 'lifted' } },
      ...(lifted.length > 0 ? [{ id: { not_in: lifted } }] : []),
    ]
    const found = await payload.db.find<Row>({
      collection,
      where: { and: [...isInForce, ...conditions] },
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
