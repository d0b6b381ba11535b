import type { Payload } from 'payload'
import { insertedValues } from './insertedValues.js'
import { onPostgres } from './onPostgres.js'
import { tableNameOf } from './sqlAdapter.js'

/** A document of a collection, and one of its fields. */
export interface HeldField {
  collection: string
  id: number | string
  field: string
}

/**
 * Inserts a row and reads a field of a document, in one statement on PostgreSQL. It holds the
 * document until the row is committed, and sees every change that was committed before. So if
 * another process changes the field and then looks for rows, one of the two sees the other.
 *
 * `undefined`, without having done anything, when the database is another one, and when somebody
 * else holds the document, because nobody must wait for that.
 */
export async function insertHolding(
  { db }: Payload,
  {
    table: name,
    row,
    held,
  }: { table: string; row: Readonly<Record<string, unknown>>; held: HeldField },
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const known = onPostgres(db, name)
  if (!known) return undefined
  const { adapter, sql, table } = known
  const documents = adapter.tables[adapter.tableNameMap.get(tableNameOf(held.collection)) ?? '']
  const column = documents?.[held.field]
  if (!column) return undefined
  const { columns, values } = insertedValues(known, row)
  const { rows } = await adapter.execute({
    drizzle: adapter.drizzle,
    sql: sql`WITH held AS (
        SELECT ${sql.identifier(column.name)} AS value FROM ${documents}
        WHERE id = ${held.id} FOR SHARE SKIP LOCKED
      ), added AS (
        INSERT INTO ${table} (${columns}) SELECT ${values} FROM held
      )
      SELECT value FROM held`,
  })
  return rows?.[0]
}
