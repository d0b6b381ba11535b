import type { Payload } from 'payload'
import { isoDate } from '../../core/isoDate.js'
import type { SliceDigest } from '../../core/ports.js'
import { uuidv7Floor } from '../../core/uuidv7.js'
import { SLICE_LENGTH, TAIL_LENGTH } from '../../core/windowSlices.js'
import { cancelledBy } from '../database/cancelStatements.js'
import { isPostgres } from '../database/onPostgres.js'
import { selectAsJson } from '../database/selectAsJson.js'
import type { LedgerTable } from './ledgerPages.js'
import { LIFETIME } from './lifetimes.js'

interface SlicesRange {
  since: number
  at: number
  signal?: AbortSignal | undefined
}

/**
 * Counts the rows of the recent part by the time in their ids. PostgreSQL only: an SQLite file works
 * in this process, and other databases cannot add up parts of a text.
 */
export async function ledgerSlices(
  payload: Payload,
  { table: tableName }: LedgerTable,
  { since, at, signal }: SlicesRange,
): Promise<ReadonlyMap<string, SliceDigest> | undefined> {
  if (!isPostgres(payload.db)) return undefined
  const found = await selectAsJson(payload, tableName, ({ named, sql, table }) => {
    const [id, expiresAt] = [named('id'), named('expiresAt')]
    const [slice, tail] = [SLICE_LENGTH, TAIL_LENGTH].map((length) => sql.raw(String(length)))
    const bits = sql.raw(String(4 * TAIL_LENGTH))
    return {
      mark: cancelledBy(payload.db, signal, 'slicing'),
      values: sql.raw('slice, amount, tails'),
      from: sql`SELECT left(${id}, ${slice}) AS slice, COUNT(*) AS amount,
          SUM(('x' || right(${id}, ${tail}))::bit(${bits})::int) AS tails FROM ${table}
        WHERE ${id} >= ${uuidv7Floor(since)} AND ${expiresAt} > ${isoDate(at)}
          AND ${named('subject')} <> ${LIFETIME} GROUP BY 1`,
    }
  })
  return found && new Map(found.map(asSlice))
}

const asSlice = ([slice, rows, tails]: readonly unknown[]): [string, SliceDigest] => [
  String(slice),
  { rows: Number(rows), tails: Number(tails) },
]
