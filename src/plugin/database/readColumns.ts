import type { Payload } from 'payload'
import { type QueryParts, selectOne } from './selectOne.js'
import type { Sql, SqlAdapterName } from './sqlAdapter.js'

/** Some rows of one table. */
export interface RowRange<Column extends string> {
  table: string
  columns: readonly Column[]
  /** Those of the columns that are dates. */
  dates: readonly Column[]
  /** Only rows whose `expiresAt` is later than this ISO date. */
  inForceAt: string
  /** Only rows whose `expiresAt` is earlier than this ISO date, if it is there. */
  endsAt?: string | undefined
  /** Only rows whose `id` is less than this one, if it is there. */
  endsBefore?: string | undefined
  from: FromId | FromExpiry
  limit: number
  /** A comment in the statement, to find it by. It comes from the plugin's own code. */
  mark?: string | undefined
}

/**
 * In ascending order of `id`: the rows after this id, and the row with this id if `isInclusive`.
 */
export interface FromId {
  readonly by: 'id'
  readonly id: string
  readonly isInclusive: boolean
}

/**
 * In ascending order of `expiresAt`, then `id`: the rows after this one; all rows if it is absent.
 */
export interface FromExpiry {
  readonly by: 'expiresAt'
  readonly after?: { readonly expiresAt: string; readonly id: string } | undefined
}

/** The values of some rows, column by column. `null` is an empty text. */
export type Columns<Column extends string> = Readonly<Record<Column, readonly string[]>>

/** Separate values and columns. They are the unit and record separators of ASCII. */
const VALUES_END = 31
const COLUMNS_END = 30

/**
 * Reads rows as one text, column by column: neither the driver nor Drizzle nor Payload processes
 * single rows, and no JSON is written or read. That takes a third of the work of rows as JSON. A date
 * is a number of milliseconds since the epoch, or an ISO date. `undefined` when the database cannot
 * do that or has no such table; it resolves to `undefined` when a value contains a separator.
 */
export function readColumns<Column extends string>(
  payload: Payload,
  { columns, dates, mark, table, ...range }: RowRange<Column>,
): Promise<Columns<Column> | undefined> | undefined {
  const text = selectOne(payload, table, (parts, adapter) => {
    const { named, sql } = parts
    const { asText, joined, separator } = TEXTS[adapter]
    const wanted = columns.map((column) => {
      const name = named(column)
      const value = dates.includes(column) ? asText(sql, name) : name
      return joined(sql, sql`COALESCE(${value}, '')`, separator(sql, VALUES_END))
    })
    const between = sql` || ${separator(sql, COLUMNS_END)} || `
    return { mark, value: sql.join(wanted, between), from: rowsFrom(parts, columns, range) }
  })
  return text?.then((found) => columnsIn(String(found ?? ''), columns))
}

/** The rows of a page, in the order of an index. */
function rowsFrom(
  { named, sql, table }: QueryParts,
  columns: readonly string[],
  {
    endsAt,
    endsBefore,
    from,
    inForceAt,
    limit,
  }: Omit<RowRange<never>, 'columns' | 'dates' | 'table'>,
) {
  const all = sql.join(columns.map(named), sql.raw(', '))
  const [id, expiresAt] = [named('id'), named('expiresAt')]
  const none = sql.raw('')
  const isBefore = endsAt === undefined ? none : sql`${expiresAt} < ${endsAt} AND`
  const isUntil = endsBefore === undefined ? none : sql`${id} < ${endsBefore} AND`
  const range = () => {
    if (from.by === 'id') {
      const isFrom = sql.raw(from.isInclusive ? '>=' : '>')
      return sql`${expiresAt} > ${inForceAt} AND ${id} ${isFrom} ${from.id} ORDER BY ${id}`
    }
    const order = sql`ORDER BY ${expiresAt}, ${id}`
    const { after } = from
    if (!after) return sql`${expiresAt} > ${inForceAt} ${order}`
    // As one comparison of pairs it is a range of the index, whatever the statistics say.
    return sql`(${expiresAt}, ${id}) > (${after.expiresAt}, ${after.id}) ${order}`
  }
  return sql`SELECT ${all} FROM ${table} WHERE ${isBefore} ${isUntil} ${range()} LIMIT ${limit}`
}

function columnsIn<Column extends string>(
  text: string,
  columns: readonly Column[],
): Columns<Column> | undefined {
  if (text === '') return Object.fromEntries(columns.map((column) => [column, []])) as never
  const found = text
    .split(String.fromCharCode(COLUMNS_END))
    .map((values) => values.split(String.fromCharCode(VALUES_END)))
  const isWhole = found.length === columns.length
  if (!isWhole || found.some(({ length }) => length !== found[0]?.length)) return undefined
  return Object.fromEntries(columns.map((column, place) => [column, found[place]])) as never
}

interface Texts {
  /** A date as text. */
  asText(sql: Sql, date: unknown): unknown
  /** The values of all rows, with this between them. */
  joined(sql: Sql, value: unknown, separator: unknown): unknown
  /** The character with this code. */
  separator(sql: Sql, code: number): unknown
}

const TEXTS: Readonly<Record<SqlAdapterName, Texts>> = {
  // SQLite keeps dates as ISO texts.
  sqlite: {
    asText: (_, date) => date,
    joined: (sql, value, separator) => sql`group_concat(${value}, ${separator})`,
    separator: (sql, code) => sql.raw(`char(${code})`),
  },
  postgres: {
    asText: (sql, date) => sql`(date_part('epoch', ${date}) * 1000)::bigint::text`,
    joined: (sql, value, separator) => sql`string_agg(${value}, ${separator})`,
    separator: (sql, code) => sql.raw(`chr(${code})`),
  },
}
