import type { Payload } from 'payload'
import { isoDate } from '../../core/isoDate.js'
import { type DigestRange, MINUTE_MS, type RowDigest } from '../../core/rowDigest.js'
import { uuidv7Floor } from '../../core/uuidv7.js'
import { selectAsJson } from './selectAsJson.js'
import type { QueryParts } from './selectOne.js'
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

interface Counted extends DigestRange {
  step?: Step
  /** A comment in the statement. */
  mark?: string | undefined
}

/**
 * The digest of rows with `id` and `expiresAt`, counted by one query. `undefined` when the
 * database is not SQL or has no such table.
 */
export function digestRows(
  payload: Payload,
  { except, table: tableName }: DigestedTable,
  range: Counted,
): Promise<RowDigest> | undefined {
  const name = sqlAdapterOf(payload.db)?.name
  if (!name) return undefined
  const rows = selectAsJson(payload, tableName, (parts) => {
    const { named, sql } = parts
    const isExcepted = sql`AND ${named('subject')} = ${except}`
    const isInRange = sql`AND ${idsIn(parts, range)}`
    const isNewer = sql`AND ${named('id')} >= ${uuidv7Floor(range.until)}`
    const isSplit = name === 'postgres' && range.since === 0
    // Reading the subject of each row would need the table. The indexes alone are enough.
    const counted = isSplit
      ? sql`${countEach(parts, range)}
          UNION ALL ${countTogether(parts, name, range, { sign: '-', condition: isNewer })}`
      : countTogether(parts, name, range, { sign: '', condition: isInRange })
    const others = sql`${isInRange} ${isExcepted}`
    return {
      mark: range.mark,
      values: sql.raw('period, amount'),
      from: sql`${counted}
        UNION ALL ${countTogether(parts, name, range, { sign: '-', condition: others })}`,
    }
  })
  return rows?.then((found) => digestIn(found, range.periods.count))
}

const idsIn = (parts: QueryParts, { since, step, until }: Counted) => {
  const ids = { from: since > 0 ? uuidv7Floor(since) : undefined, to: uuidv7Floor(until) }
  return within(parts, 'id', step?.by === 'id' ? narrowed(ids, step) : ids)
}

const expiriesIn = (parts: QueryParts, { periods, step }: Counted) => {
  const { count, firstMinute, isOpen, minutes } = periods
  const [first, end] = [firstMinute, firstMinute + count * minutes].map((minute) =>
    isoDate(minute * MINUTE_MS),
  )
  const expiries = { from: first, to: isOpen ? undefined : end }
  const isStep = step?.by === 'expiresAt'
  return within(parts, 'expiresAt', isStep ? narrowed(expiries, step) : expiries)
}

interface Range {
  from: string | undefined
  to: string | undefined
}

/** A step of the range. It begins in it. */
const narrowed = ({ to }: Range, step: Step): Range => ({
  from: step.from,
  to: to === undefined || (step.to !== undefined && step.to < to) ? step.to : to,
})

/**
 * Each end is named once. SQLite searches for the first condition on a column, and would look at
 * everything from there on.
 */
function within({ named, sql }: QueryParts, field: string, { from, to }: Range) {
  const column = named(field)
  const conditions = [
    ...(from === undefined ? [] : [sql`${column} >= ${from}`]),
    ...(to === undefined ? [] : [sql`${column} < ${to}`]),
  ]
  return sql.join(conditions, sql.raw(' AND '))
}

/**
 * Counts each period of its own, whatever the ids. To PostgreSQL nothing else about a row is as cheap
 * as to count it: computing its period takes twice as long.
 */
function countEach({ named, sql, table }: QueryParts, { periods }: Counted) {
  const { count, firstMinute, isOpen, minutes } = periods
  const expiresAt = named('expiresAt')
  const [last, first, seconds] = [count - 1, firstMinute * 60, minutes * 60].map((each) =>
    sql.raw(String(each)),
  )
  const start = sql`to_timestamp(${first} + period::float8 * ${seconds})`
  const next = sql`to_timestamp(${first} + (period + 1)::float8 * ${seconds})`
  const end = isOpen ? sql`CASE WHEN period = ${last} THEN 'infinity' ELSE ${next} END` : next
  return sql`SELECT period, (
      SELECT COUNT(*) FROM ${table} WHERE ${expiresAt} >= ${start} AND ${expiresAt} < ${end}
    ) AS amount FROM generate_series(0, ${last}) AS periods(period)`
}

/** Counts rows by the period in which each expires. */
function countTogether(
  parts: QueryParts,
  name: SqlAdapterName,
  range: Counted,
  { condition, sign }: { condition: unknown; sign: '' | '-' },
) {
  const { named, sql, table } = parts
  const { count, firstMinute, minutes } = range.periods
  const expiresAt = named('expiresAt')
  const place = sql`CAST((${SECONDS[name](sql, expiresAt)} - ${sql.raw(String(firstMinute * 60))})
    / ${sql.raw(String(minutes * 60))} AS BIGINT)`
  const last = sql.raw(String(count - 1))
  return sql`SELECT CASE WHEN ${place} > ${last} THEN ${last} ELSE ${place} END AS period,
      ${sql.raw(sign)}COUNT(*) AS amount FROM ${table}
    WHERE ${expiriesIn(parts, range)} ${condition} GROUP BY 1`
}

/** The whole seconds of a timestamp since the epoch, as an integer. */
const SECONDS: Readonly<Record<SqlAdapterName, (sql: Sql, column: unknown) => unknown>> = {
  postgres: (sql, column) => sql`floor(date_part('epoch', ${column}))::bigint`,
  sqlite: (sql, column) => sql`CAST(strftime('%s', ${column}) AS INTEGER)`,
}

/** Adds up what was counted for the same period. */
export function digestIn(counted: readonly (readonly unknown[])[], count: number): RowDigest {
  const digest = new Array<number>(count).fill(0)
  for (const values of counted) {
    const [period = 0, rows = 0] = values.map(Number)
    digest[period] = (digest[period] ?? 0) + rows
  }
  return digest
}
