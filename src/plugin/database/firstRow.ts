import type { DatabaseAdapter } from 'payload'
import { onPostgres } from './onPostgres.js'
import { primaryOf } from './primaryOf.js'
import { connectionWithin, type SqlAdapterName, sqlAdapterOf } from './sqlAdapter.js'
import { type RowUpdate, updateStatement } from './updateRows.js'

/** One statement in each SQL dialect. */
export type Statements = Readonly<Record<SqlAdapterName, string>>

/**
 * The first row of a statement's result. It uses Payload's own `execute`, on the connection of the
 * request's open transaction if there is one. `undefined` when the database is not SQL.
 */
export async function firstRow(
  db: DatabaseAdapter,
  statements: Statements,
  within?: object,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const adapter = sqlAdapterOf(primaryOf(db))
  if (!adapter) return undefined
  const drizzle = await connectionWithin(adapter, within)
  const { rows } = await adapter.execute({ drizzle, raw: statements[adapter.name] })
  return rows?.[0]
}

/**
 * The same, with changes of rows in the same statement. No two may be of the same row. `undefined`,
 * without having done anything, when the database is not PostgreSQL.
 */
export async function firstRowWith(
  db: DatabaseAdapter,
  statements: Statements,
  updates: readonly RowUpdate[],
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const [first] = updates
  const known = first && onPostgres(db, first.table)
  if (!known) return undefined
  const { adapter, sql } = known
  const changes = updates.map(
    (update, i) => sql`${sql.raw(`changed_${i}`)} AS (${updateStatement(known, update)})`,
  )
  const { rows } = await adapter.execute({
    drizzle: adapter.drizzle,
    sql: sql`WITH ${sql.join(changes, sql.raw(', '))} ${sql.raw(statements.postgres)}`,
  })
  return rows?.[0]
}
