import type { CollectionSlug, Payload } from 'payload'
import { RevocationError } from '../../core/errors.js'
import type { Revocation } from '../../core/revocation.js'
import { primaryOf } from '../database/primaryOf.js'
import { fromRow, type Row } from './ledgerRow.js'

/**
 * The cut-offs of everyone in the ledger, earliest first, including those that have expired. The
 * session records do not show them: marking a million records would take minutes, just when
 * everybody logs in again.
 *
 * @throws RevocationError `ledger-unavailable`
 */
export async function endsOfEveryone(
  payload: Payload,
  slug: string,
): Promise<readonly Revocation[]> {
  try {
    const { docs } = await primaryOf(payload.db).find<Row>({
      collection: slug as CollectionSlug,
      where: { subject: { equals: 'everyone' } },
      ...{ limit: 0, pagination: false, sort: 'id' },
    })
    return docs.map(fromRow)
  } catch (cause) {
    throw new RevocationError('ledger-unavailable', undefined, { cause })
  }
}

/** The parts of a session record that decide. */
interface Recorded {
  readonly lastRefreshedAt: string
  readonly expiresAt: string
  readonly endedAt?: string | null
}

/** The cut-off of everyone that ended this session before anything else did. */
export const endedWithEveryone = (
  { lastRefreshedAt, expiresAt, endedAt }: Recorded,
  ends: readonly Revocation[],
): Revocation | undefined =>
  ends.find(
    ({ cutoff = 0, revokedAt }) =>
      Date.parse(lastRefreshedAt) <= cutoff && revokedAt < Date.parse(endedAt ?? expiresAt),
  )

/** The latest cut-off, in milliseconds; 0 if there is none. */
export const latestCutoffOf = (ends: readonly Revocation[]): number =>
  Math.max(0, ...ends.map(({ cutoff = 0 }) => cutoff))
