import type { CollectionSlug, Payload, Where } from 'payload'
import { isoDate } from '../../core/isoDate.js'
import { uuidv7Floor } from '../../core/uuidv7.js'
import { primaryOf } from '../database/primaryOf.js'
import { type FromExpiry, type FromId, readAsJson } from '../database/readAsJson.js'
import { tableNameOf } from '../database/sqlAdapter.js'
import { COLUMNS, type Row } from './ledgerRow.js'

/** Where the ledger is. */
export interface LedgerTable {
  collection: CollectionSlug
  table: string
}

export const ledgerTable = (slug: string): LedgerTable => ({
  collection: slug as CollectionSlug,
  table: tableNameOf(slug),
})

const PAGE = 500

/**
 * Pages of the rows that expire after `at` (ms). With `since` (ms): rows whose id was created then
 * or later, by the primary key. With 0: all rows, by the index on `expiresAt`, so that expired
 * rows, which are most of the table, are not read.
 */
export async function* ledgerPages(
  payload: Payload,
  where: LedgerTable,
  { since, at }: { since: number; at: number },
): AsyncIterable<readonly Row[]> {
  const inForceAt = isoDate(at)
  let from: FromExpiry | FromId =
    since > 0 ? { by: 'id', id: uuidv7Floor(since), isInclusive: true } : { by: 'expiresAt' }
  while (true) {
    const page = await readPage(payload, where, { from, inForceAt })
    if (page.length > 0) yield page
    const last = page.at(-1)
    if (!last || page.length < PAGE) return
    const { id, expiresAt } = last
    from =
      from.by === 'id'
        ? { by: 'id', id, isInclusive: false }
        : { by: 'expiresAt', after: { id, expiresAt: isoDate(Date.parse(expiresAt)) } }
  }
}

interface Range {
  from: FromExpiry | FromId
  inForceAt: string
}

async function readPage(
  payload: Payload,
  { collection, table }: LedgerTable,
  { from, inForceAt }: Range,
): Promise<Row[]> {
  try {
    const rows = await readAsJson(payload, {
      table,
      columns: COLUMNS,
      from,
      inForceAt,
      limit: PAGE,
    })
    if (rows) return rows as Row[]
  } catch {
    // If the fast way fails for any reason, the usual way is used.
  }
  const { docs } = await primaryOf(payload.db).find<Row>({
    ...{ collection, limit: PAGE, pagination: false },
    where: whereOf({ from, inForceAt }),
    sort: from.by === 'id' ? 'id' : ['expiresAt', 'id'],
  })
  return docs
}

function whereOf({ from, inForceAt }: Range): Where {
  const inForce: Where = { expiresAt: { greater_than: inForceAt } }
  if (from.by === 'id') {
    const operator = from.isInclusive ? 'greater_than_equal' : 'greater_than'
    return { and: [inForce, { id: { [operator]: from.id } }] }
  }
  if (!from.after) return inForce
  const { expiresAt, id } = from.after
  return {
    and: [
      { expiresAt: { greater_than_equal: expiresAt } },
      { or: [{ expiresAt: { greater_than: expiresAt } }, { id: { greater_than: id } }] },
    ],
  }
}
