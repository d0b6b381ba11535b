import type { Payload, Where } from 'payload'
import { isoDate } from '../../core/isoDate.js'
import { uuidv7Floor } from '../../core/uuidv7.js'
import { primaryOf } from '../database/primaryOf.js'
import { untilCommitted } from '../database/untilCommitted.js'
import { ledgerTable } from './ledgerPages.js'
import type { Row } from './ledgerRow.js'
import { LIFETIME } from './lifetimes.js'

/** Every process writes the same id, so there is only one such row. */
const ID = uuidv7Floor(0)
/** The purge never deletes it. */
const NEVER = Date.UTC(9999, 11, 31)

/**
 * Names this ledger, so that a reader notices another database. It is the time at which a row was
 * made that revokes nothing: it has the form of a declared lifetime, of no time.
 */
export async function ledgerEpoch(payload: Payload, slug: string): Promise<string> {
  const { collection } = ledgerTable(slug)
  const db = primaryOf(payload.db)
  const find = async () => {
    const where: Where = { id: { equals: ID } }
    const { docs } = await db.find<Row>({ collection, where, limit: 1, pagination: false })
    return docs[0]
  }
  const data = () =>
    ({
      ...{ id: ID, scope: LIFETIME, subject: LIFETIME, reason: LIFETIME, note: '0' },
      ...{ revokedAt: isoDate(Date.now()), expiresAt: isoDate(NEVER) },
    }) satisfies Row
  const write = async () => {
    await untilCommitted(payload, {
      write: () => payload.db.create({ collection, data: data(), returning: false }),
      isThere: async () => (await find()) !== undefined,
    })
  }
  if (!(await find())) {
    // Another process may write it first.
    await write().catch(async (cause) => {
      if (!(await find())) throw cause
    })
  }
  const row = await find()
  if (!row) throw new Error('The row that names the ledger is gone')
  return Date.parse(row.revokedAt).toString(36)
}
