import type { DatabaseAdapter } from 'payload'
import { primaryOf } from './primaryOf.js'
import { connectionWithin, type SqlAdapterName, sqlAdapterOf, templateOf } from './sqlAdapter.js'
import { type RowUpdate, updateQuery } from './updateRows.js'

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
 * The same, with a change of rows in the same statement. `undefined`, without having done anything,
 * when the database is not PostgreSQL.
 */
export async function firstRowWith(
  db: DatabaseAdapter,
  statements: Statements,
  update: RowUpdate,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const adapter = sqlAdapterOf(primaryOf(db))
  const sql = adapter?.name === 'postgres' && templateOf(adapter, update.table)
  if (!sql) return undefined
  const { rows } = await adapter.execute({
    drizzle: adapter.drizzle,
    sql: sql`WITH changed AS ${updateQuery(adapter, update)} ${sql.raw(statements.postgres)}`,
  })
  return rows?.[0]
}
