import type { CollectionSlug, Payload, SelectType, Where } from 'payload'
import { isoDate } from '../../core/isoDate.js'
import type { Revocation } from '../../core/revocation.js'
import { uuidv7Floor } from '../../core/uuidv7.js'
import { cancelledBy } from '../database/cancelStatements.js'
import { isPostgres } from '../database/onPostgres.js'
import { primaryOf } from '../database/primaryOf.js'
import { type FromExpiry, type FromId, readColumns } from '../database/readColumns.js'
import { tableNameOf } from '../database/sqlAdapter.js'
import { fromColumns, fromRow, READ_COLUMNS, READ_DATES, type Row } from './ledgerRow.js'

/** Where the ledger is. */
export interface LedgerTable {
  collection: CollectionSlug
  table: string
}

export const ledgerTable = (slug: string): LedgerTable => ({
  collection: slug as CollectionSlug,
  table: tableNameOf(slug),
})

/** Where a reading of rows begins, and in which order it goes on. */
export type RowPosition = FromExpiry | FromId

/** Two thousand rows take this process two milliseconds or three. */
const PAGE = 2_000
/** For SQLite, which works in this process, and for rows that Payload prepares one by one. */
const SMALL_PAGE = 500

const pageSize = ({ db }: Payload) => (isPostgres(db) ? PAGE : SMALL_PAGE)

/**
 * Pages of the rows that expire after `at` (ms), and before `before` if it is there. With `since`
 * (ms): rows whose id was created then or later, and before `until`, by the primary key. With 0: all
 * rows, by the index on `(expiresAt, id)`, so that expired rows, which are most of the table, are not
 * read.
 */
export function ledgerPages(
  payload: Payload,
  where: LedgerTable,
  { since, ...range }: Omit<PageRange, 'from'> & { since: number },
): AsyncIterable<readonly Revocation[]> {
  return ledgerPagesFrom(payload, where, { from: rowsSince(since), ...range })
}

/** The rows whose id was created at this instant (ms) or later; with 0 all rows. */
export const rowsSince = (since: number): RowPosition =>
  since > 0 ? { by: 'id', id: uuidv7Floor(since), isInclusive: true } : { by: 'expiresAt' }

/** The rows after this one, in the same order. */
export const rowsAfter = (
  { by }: RowPosition,
  { id, expiresAt }: Pick<Revocation, 'expiresAt' | 'id'>,
): RowPosition =>
  by === 'id'
    ? { by, id, isInclusive: false }
    : { by, after: { id, expiresAt: isoDate(expiresAt) } }

interface PageRange {
  from: RowPosition
  at: number
  before?: number | undefined
  until?: number | undefined
  signal?: AbortSignal | undefined
}

/** Like {@link ledgerPages}, from any row on. */
export async function* ledgerPagesFrom(
  payload: Payload,
  where: LedgerTable,
  { from: start, at, before, until, signal }: PageRange,
): AsyncIterable<readonly Revocation[]> {
  const inForceAt = isoDate(at)
  const endsAt = before === undefined ? undefined : isoDate(before)
  const endsBefore = until === undefined ? undefined : uuidv7Floor(until)
  const mark = cancelledBy(payload.db, signal, 'reading')
  const limit = pageSize(payload)
  let from = start
  while (true) {
    const page = await readPage(payload, where, {
      ...{ from, inForceAt, endsAt, endsBefore, limit, mark, signal },
    })
    if (page.length > 0) yield page
    const last = page.at(-1)
    if (!last || page.length < limit) return
    from = rowsAfter(from, last)
  }
}

interface Range {
  limit: number
  from: RowPosition
  inForceAt: string
  endsAt: string | undefined
  /** An id. */
  endsBefore: string | undefined
  mark: string | undefined
  signal: AbortSignal | undefined
}

async function readPage(
  payload: Payload,
  { collection, table }: LedgerTable,
  range: Range,
): Promise<Revocation[]> {
  const { limit, signal } = range
  try {
    const columns = { columns: READ_COLUMNS, dates: READ_DATES }
    const found = await readColumns(payload, { table, ...columns, ...range })
    if (found) return fromColumns(found)
  } catch (error) {
    // If the fast way fails for any other reason, the usual way is used.
    if (signal?.aborted) throw error
  }
  const { docs } = await primaryOf(payload.db).find<Row>({
    ...{ collection, limit, pagination: false, select: READ_FIELDS },
    where: whereOf(range),
    sort: range.from.by === 'id' ? 'id' : ['expiresAt', 'id'],
  })
  return docs.map(fromRow)
}

const READ_FIELDS: SelectType = Object.fromEntries(READ_COLUMNS.map((each) => [each, true]))

/** As in `digestRows.ts`, each end is named once. */
function whereOf({ from, inForceAt, endsAt, endsBefore }: Range): Where {
  const after = from.by === 'expiresAt' ? from.after : undefined
  const begin = after ? { greater_than_equal: after.expiresAt } : { greater_than: inForceAt }
  const and: Where[] = [{ expiresAt: { ...begin, ...(endsAt && { less_than: endsAt }) } }]
  if (endsBefore) and.push({ id: { less_than: endsBefore } })
  if (from.by === 'id') {
    const operator = from.isInclusive ? 'greater_than_equal' : 'greater_than'
    and.push({ id: { [operator]: from.id } })
  }
  if (after) {
    const { expiresAt, id } = after
    and.push({ or: [{ expiresAt: { greater_than: expiresAt } }, { id: { greater_than: id } }] })
  }
  return { and }
}
