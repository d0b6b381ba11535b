import type { DatabaseAdapter } from 'payload'

/** The SQL adapters of Payload that this plugin knows, by the name that they give themselves. */
export type SqlAdapterName = 'postgres' | 'sqlite'

/**
 * The parts of these adapters that are used here. Payload documents `payload.db.drizzle` and
 * `.tables`. Their own types would need the adapter's package, and an application installs only
 * one.
 */
export interface SqlAdapter {
  readonly name: SqlAdapterName
  readonly drizzle: Drizzle
  readonly tables: Readonly<Record<string, SqlTable | undefined>>
  execute(statement: {
    drizzle: object
    raw: string
  }): Promise<{ rows?: readonly Readonly<Record<string, unknown>>[] }>
  /** The connections of open transactions. */
  readonly sessions?: Readonly<Record<number | string, { db: object } | undefined>>
}

/** `undefined` when the database is not SQL, and before it has connected. */
export function sqlAdapterOf(db: DatabaseAdapter): SqlAdapter | undefined {
  const { name, drizzle, tables } = db as unknown as Partial<SqlAdapter>
  const isKnown = name === 'postgres' || name === 'sqlite'
  return isKnown && drizzle && tables ? (db as unknown as SqlAdapter) : undefined
}

/** By field. */
export type SqlTable = Readonly<Record<string, { name: string } | undefined>>

interface Drizzle {
  insert(table: object): {
    values(rows: readonly object[]): { onConflictDoNothing(): Promise<unknown> }
  }
  readonly query?: Readonly<Record<string, SqlQuery | undefined>>
}

export interface SqlQuery {
  findMany(options: {
    columns: Record<string, never>
    extras: (row: unknown, operators: { sql: Sql }) => object
    limit: number
  }): Promise<{ json: string | unknown[][] | null }[]>
}

export interface Sql {
  (texts: TemplateStringsArray, ...values: unknown[]): { as(name: string): object }
  identifier(name: string): unknown
  join(parts: readonly unknown[], separator: unknown): unknown
  raw(text: string): unknown
}
