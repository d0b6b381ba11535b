import type { Payload } from 'payload'
import { insertedValues } from './insertedValues.js'
import { onPostgres } from './onPostgres.js'
import type { QueryParts } from './selectOne.js'
import { connectionWithin } from './sqlAdapter.js'

/**
 * Inserts a row whose timestamp `field` lies after that of every other row that matches `than`, in
 * one statement on PostgreSQL. If another row is as late, this and the timestamps `along` move to a
 * millisecond after it. Returns the timestamps as inserted. `undefined`, without having done
 * anything, when the database is another one.
 */
export async function insertLater<Field extends string>(
  { db }: Payload,
  {
    table: name,
    row,
    field,
    along,
    than,
    within,
  }: {
    table: string
    row: Readonly<Record<Field, unknown>>
    field: Field
    along: readonly Field[]
    than: (parts: Omit<QueryParts, 'table'>) => unknown
    within?: object | undefined
  },
): Promise<Record<Field, string> | undefined> {
  const known = onPostgres(db, name)
  if (!known) return undefined
  const { adapter, named, sql, table } = known
  // Of an expression, so that no statistics make PostgreSQL walk the index of all rows backwards.
  const latest = sql`(SELECT max(${named(field)} + '0'::interval) FROM ${table} WHERE ${than({ sql, named })})`
  const behind = sql`${latest} + '1 ms'::interval - ${row[field]}::timestamptz`
  const moved = [field, ...along].map((each) => [each, sql`${row[each]}::timestamptz + shift`])
  const { columns, values } = insertedValues(known, { ...row, ...Object.fromEntries(moved) })
  const times = [field, ...along].map((each) => sql`${named(each)} AS ${sql.identifier(each)}`)
  const { rows } = await adapter.execute({
    drizzle: await connectionWithin(adapter, within),
    sql: sql`INSERT INTO ${table} (${columns})
      SELECT ${values} FROM (SELECT greatest('0'::interval, ${behind}) AS shift) AS moved
      RETURNING ${sql.join(times, sql.raw(', '))}`,
  })
  return rows?.[0] as Record<Field, string> | undefined
}
