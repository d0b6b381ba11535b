import type { Payload } from 'payload'
import { isoDate } from '../../core/isoDate.js'
import {
  addDigests,
  type DigestRange,
  EXPIRY_MODULUS,
  MINUTE_MS,
  type MinuteDigests,
  NO_ROWS,
} from '../../core/rowDigest.js'
import { uuidv7Floor } from '../../core/uuidv7.js'
import { selectAsJson } from './selectAsJson.js'
import { type Sql, type SqlAdapterName, sqlAdapterOf } from './sqlAdapter.js'

export interface DigestedTable {
  table: string
  /** Rows with this subject do not count. */
  except: string
}

/** A part of the range: the rows whose `by` lies from here on, and before `to`. */
export interface Step {
  by: 'id' | 'expiresAt'
  from: string
  to: string | undefined
}

/**
 * The digest of rows with `id` and `expiresAt`, counted by one query. `undefined` when the
 * database is not SQL or has no such table.
 */
export function digestRows(
  payload: Payload,
  { except, table: tableName }: DigestedTable,
  { mark, ...range }: DigestRange & { step?: Step; mark?: string | undefined },
): Promise<MinuteDigests> | undefined {
  const name = sqlAdapterOf(payload.db)?.name
  if (!name) return undefined
  const rows = selectAsJson(payload, tableName, ({ named, sql, table }) => {
    const [id, expiresAt] = [named('id'), named('expiresAt')]
    const time = MILLISECONDS[name](sql, expiresAt)
    const minute = range.isByMinute ? sql`${time} / ${sql.raw(String(MINUTE_MS))}` : sql.raw('0')
    const { step } = range
    const first = step ? sql`AND ${named(step.by)} >= ${step.from}` : sql.raw('')
    const end = step?.to === undefined ? sql.raw('') : sql`AND ${named(step.by)} < ${step.to}`
    // A comparison of bytes is cheaper than one by the rules of a language, and ids have one order. But
    // then the primary key is of no use.
    const collation = sql.raw(name === 'postgres' && range.since === 0 ? 'COLLATE "C"' : '')
    const until = sql`${id} ${collation} < ${uuidv7Floor(range.until)}`
    const since = range.since > 0 ? sql`AND ${id} >= ${uuidv7Floor(range.since)}` : sql.raw('')
    const expiry = sql`CAST(${time} % ${sql.raw(String(EXPIRY_MODULUS))} AS INTEGER)`
    const group = sql.raw(range.isByMinute ? 'GROUP BY 1' : '')
    const count = (sign: '' | '-', condition: unknown) => {
      const signed = sql.raw(sign)
      return sql`SELECT ${minute} AS minute, ${signed}COUNT(*) AS amount,
          ${signed}SUM(${expiry}) AS expiries FROM ${table}
        WHERE ${expiresAt} >= ${isoDate(range.expiringFrom)} AND ${until}
          ${since} ${first} ${end} ${condition} ${group}`
    }
    return {
      mark,
      values: sql.raw('minute, amount, expiries'),
      // Reading the subject of each row would need the table. The index on both fields is enough.
      from: sql`${count('', sql.raw(''))}
        UNION ALL ${count('-', sql`AND ${named('subject')} = ${except}`)}`,
    }
  })
  return rows?.then((found) => asDigests(found))
}

/** The milliseconds of a timestamp since the epoch, as an integer. */
const MILLISECONDS: Readonly<Record<SqlAdapterName, (sql: Sql, column: unknown) => unknown>> = {
  postgres: (sql, column) => sql`round(date_part('epoch', ${column}) * 1000)::bigint`,
  sqlite: (sql, column) =>
    sql`(CAST(strftime('%s', ${column}) AS INTEGER) * 1000 + CAST(substr(${column}, 21, 3) AS INTEGER))`,
}

/** Adds up what was counted for the same minute. */
export function asDigests(counted: readonly (readonly unknown[])[]): MinuteDigests {
  const digests: MinuteDigests = new Map()
  for (const values of counted) {
    const [minute = 0, rows = 0, expiries = 0] = values.map(Number)
    digests.set(minute, addDigests(digests.get(minute) ?? NO_ROWS, { rows, expiries }))
  }
  for (const [minute, { rows }] of digests) if (rows === 0) digests.delete(minute)
  return digests
}
