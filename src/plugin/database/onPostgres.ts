import type { DatabaseAdapter } from 'payload'
import { primaryOf } from './primaryOf.js'
import { type Sql, type SqlAdapter, type SqlTable, sqlAdapterOf, templateOf } from './sqlAdapter.js'

export const isPostgres = (db: DatabaseAdapter): boolean => sqlAdapterOf(db)?.name === 'postgres'

/** What a statement of our own needs. */
export interface PostgresTable {
  /** Of the primary. */
  readonly adapter: SqlAdapter
  readonly table: SqlTable
  readonly sql: Sql
  /** The name of a field's column. */
  named(field: string): unknown
}

/** `undefined` when the database is not PostgreSQL, or has no such table. */
export function onPostgres(db: DatabaseAdapter, name: string): PostgresTable | undefined {
  const adapter = sqlAdapterOf(primaryOf(db))
  const table = adapter?.tables[name]
  const sql = adapter?.name === 'postgres' ? templateOf(adapter, name) : undefined
  if (!adapter || !table || !sql) return undefined
  return { adapter, table, sql, named: (field) => sql.identifier(table[field]?.name ?? field) }
}
