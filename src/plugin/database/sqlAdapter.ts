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
  readonly sessions?: Readonly<Record<number | string, { db: Drizzle } | undefined>>
  /** Drizzle's own, by the names that Payload's queries have for them. */
  readonly operators: Readonly<Record<string, ((...operands: unknown[]) => unknown) | undefined>>
}

/** `undefined` when the database is not SQL, and before it has connected. */
export function sqlAdapterOf(db: DatabaseAdapter): SqlAdapter | undefined {
  const { name, drizzle, tables } = db as unknown as Partial<SqlAdapter>
  const isKnown = name === 'postgres' || name === 'sqlite'
  return isKnown && drizzle && tables ? (db as unknown as SqlAdapter) : undefined
}

/** What Payload's SQL adapters call the table of a collection: its slug in snake case. */
export function tableNameOf(slug: string): string {
  // A slug that has separators is not taken apart at its capitals.
  if (/[-_]/.test(slug))
    return slug.toLowerCase().replace(/[-_]+(.|$)/g, (_, next) => next && `_${next}`)
  const apart = (capitals: string) => [...capitals].map((letter) => `_${letter}`).join('')
  return slug
    .replace(/(.)([A-Z]+)/g, (_, before: string, capitals: string) => before + apart(capitals))
    .toLowerCase()
}

/** By field. */
export type SqlTable = Readonly<Record<string, { name: string } | undefined>>

interface Drizzle {
  insert(table: object): {
    values(rows: readonly object[]): { onConflictDoNothing(): Promise<unknown> }
  }
  update(table: object): {
    set(values: object): { where(condition: unknown): Promise<unknown> }
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
