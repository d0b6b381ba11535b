import type { Payload } from 'payload'
import { selectAsJson } from './selectAsJson.js'

export interface IdRanges {
  table: string
  /** The ranges of ids. Each goes from one bound up to, but not including, the next. */
  bounds: readonly string[]
  /** Rows that are not counted. */
  except: { field: string; values: readonly string[] }
  /** Only rows in which this field is empty count. */
  empty: string
}

/**
 * The number of rows in each range of ids, from one grouped query. `undefined` when the database
 * cannot do that or has no such table.
 */
export function countByRange(
  payload: Payload,
  { bounds, empty, except, table: tableName }: IdRanges,
): Promise<number[]> | undefined {
  const [first, ...ends] = bounds
  const last = ends.at(-1)
  if (first === undefined || last === undefined) return undefined
  const rows = selectAsJson(payload, tableName, ({ named, sql, table }) => {
    const id = named('id')
    const cases = ends.map((end, i) => sql`WHEN ${id} < ${end} THEN ${sql.raw(String(i))}`)
    const range = sql`CASE ${sql.join(cases, sql.raw(' '))} END`
    const excepted = sql.join(
      except.values.map((value) => sql`${value}`),
      sql.raw(', '),
    )
    return {
      values: sql.raw('place, amount'),
      from: sql`SELECT ${range} AS place, COUNT(*) AS amount FROM ${table}
        WHERE ${id} >= ${first} AND ${id} < ${last} AND ${named(except.field)} NOT IN (${excepted})
          AND ${named(empty)} IS NULL
        GROUP BY 1`,
    }
  })
  return rows?.then((found) => {
    const counts = new Map(found.map(([place, amount]) => [Number(place), Number(amount)]))
    return ends.map((_, i) => counts.get(i) ?? 0)
  })
}
