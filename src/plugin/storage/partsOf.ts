import type { CollectionSlug, Payload, Where } from 'payload'
import { RevocationError } from '../../core/errors.js'
import { isoDate } from '../../core/isoDate.js'
import type { Ledger } from '../../core/ports.js'
import type { Revocation, Subject } from '../../core/revocation.js'
import { primaryOf } from '../database/primaryOf.js'
import type { Row } from './ledgerRow.js'

/** Selects the rows that are not part of another revocation. */
export const wholesOnly: Where = { partOf: { exists: false } }

/** What is in force for a subject, and what the same act ended with it. */
export async function findWhole(
  payload: Payload,
  ledger: Ledger,
  { slug, subject }: { slug: string; subject: Subject },
): Promise<readonly Revocation[]> {
  const names = await namesOfParts(payload, slug, subject)
  const found = await ledger.find([subject, ...names])
  return found.filter((each) => each.subject === subject || each.partOf === subject)
}

async function namesOfParts(payload: Payload, slug: string, subject: Subject) {
  const isPart: Where = { partOf: { equals: subject } }
  const isUnexpired: Where = { expiresAt: { greater_than: isoDate(Date.now()) } }
  try {
    const { docs } = await primaryOf(payload.db).find<Row>({
      collection: slug as CollectionSlug,
      where: { and: [isPart, isUnexpired] },
      limit: 0,
      pagination: false,
    })
    return docs.map((each) => each.subject as Subject)
  } catch (cause) {
    throw new RevocationError('ledger-unavailable', undefined, { cause })
  }
}
