import type { Payload } from 'payload'
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
    within: object
  },
): Promise<Record<Field, string> | undefined> {
  const known = onPostgres(db, name)
  if (!known) return undefined
  const { adapter, named, sql, table } = known
  const latest = sql`(SELECT max(${named(field)}) FROM ${table} WHERE ${than({ sql, named })})`
  const behind = sql`${latest} + '1 ms'::interval - ${row[field]}::timestamptz`
  const moved = [field, ...along].map((each) => [
    each,
    sql`${row[each]}::timestamptz + greatest('0'::interval, ${behind})`,
  ])
  const connection = await connectionWithin(adapter, within)
  const [inserted] = await connection
    .insert(table)
    .values([{ ...row, ...Object.fromEntries(moved) }])
    .returning(Object.fromEntries(moved.map(([each]) => [each, table[each as Field]])))
  return inserted as Record<Field, string> | undefined
}
