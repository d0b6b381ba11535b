import type { Payload } from 'payload'
import { selectAsJson } from './selectAsJson.js'

/** Some rows of one table. */
export interface RowRange<Column extends string> {
  table: string
  columns: readonly Column[]
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

/**
 * Reads rows as one JSON text, which costs a fifth of the work. `undefined` when the database
 * cannot do that or has no such table.
 */
export function readAsJson<Column extends string>(
  payload: Payload,
  { columns, endsAt, endsBefore, from, inForceAt, limit, mark, table: tableName }: RowRange<Column>,
): Promise<Record<Column, unknown>[]> | undefined {
  const rows = selectAsJson(payload, tableName, ({ named, sql, table }) => {
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
    return {
      mark,
      values: all,
      from: sql`SELECT ${all} FROM ${table} WHERE ${isBefore} ${isUntil} ${range()} LIMIT ${limit}`,
    }
  })
  return rows?.then((found) => found.map((values) => withNames(columns, values)))
}

/** The values of a row by the names of its columns. */
export function withNames<Column extends string>(
  columns: readonly Column[],
  values: readonly unknown[],
) {
  const row = {} as Record<Column, unknown>
  for (let i = 0; i < columns.length; i += 1) row[columns[i] as Column] = values[i]
  return row
}
