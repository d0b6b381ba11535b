import type { Payload } from 'payload'
import { selectAsJson } from './selectAsJson.js'

export interface IdRanges {
  table: string
  /** Each range of ids goes from one bound up to the next, which is not part of it. */
  bounds: readonly string[]
  /** Rows that do not count. */
  except: { field: string; values: readonly string[] }
}

/**
 * How many rows there are in each range of ids, in one grouped query. `undefined` where the database
 * is not one of those that can, or has no such table.
 */
export function countByRange(
  payload: Payload,
  { bounds, except, table: tableName }: IdRanges,
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
        GROUP BY 1`,
    }
  })
  return rows?.then((found) => {
    const counts = new Map(found.map(([place, amount]) => [Number(place), Number(amount)]))
    return ends.map((_, i) => counts.get(i) ?? 0)
  })
}
