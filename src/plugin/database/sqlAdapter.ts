import type { DatabaseAdapter, PayloadRequest } from 'payload'
import { memo } from '../../core/processWide.js'
import { transactionOf } from './transactionOf.js'

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
  /** The tables of collections, by their slugs in snake case. */
  readonly tableNameMap: ReadonlyMap<string, string>
  execute(
    statement: { drizzle: object } & ({ raw: string } | { sql: object }),
  ): Promise<{ rows?: readonly Readonly<Record<string, unknown>>[] }>
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

/**
 * Drizzle's template for statements of our own. Its package is not ours to import, so a query that
 * is never asked hands it out. `undefined` without such a table.
 */
export function templateOf(adapter: SqlAdapter, table: string): Sql | undefined {
  const known = templates.get(adapter)
  if (known) return known
  let template: Sql | undefined
  adapter.drizzle.query?.[table]
    ?.findMany({
      columns: {},
      extras: (_, { sql }) => {
        template = sql
        return { json: sql`1`.as('json') }
      },
    })
    .toSQL()
  if (template) templates.set(adapter, template)
  return template
}

const templates = memo<SqlAdapter, Sql>('sqlTemplates')

/** The connection of an open transaction, or else the pool. */
export function connectionOf(
  { drizzle, sessions }: SqlAdapter,
  within?: { readonly transactionID: number | string },
): Drizzle {
  const connection = within ? sessions?.[within.transactionID]?.db : drizzle
  if (!connection) throw new Error('The transaction is over')
  return connection
}

/** The same as Payload finds it: the pool if the request has no transaction, or it is over. */
export async function connectionWithin(
  { drizzle, sessions }: SqlAdapter,
  within?: object,
): Promise<Drizzle> {
  const transaction = within && (await transactionOf(within as PayloadRequest))
  return (transaction !== undefined && sessions?.[transaction]?.db) || drizzle
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
    values(rows: readonly object[]): {
      onConflictDoNothing(): Promise<unknown>
    }
  }
  update(table: object): {
    set(values: object): { where(condition: unknown): Promise<unknown> }
  }
  readonly query?: Readonly<Record<string, SqlQuery | undefined>>
}

/** A statement that Drizzle runs when somebody waits for it. It can also be part of another one. */
interface Query<Result> extends Promise<Result> {
  toSQL(): object
}

interface SqlQuery {
  findMany(options: {
    columns: { id?: true }
    where?: (row: Readonly<Record<string, unknown>>, operators: Operators) => unknown
    extras: (row: Readonly<Record<string, unknown>>, operators: Operators) => object
    limit?: number
  }): Query<{ id?: number | string; json: string | unknown[] | null }[]>
}

interface Operators {
  readonly sql: Sql
  inArray(column: unknown, values: readonly unknown[]): unknown
  or(...conditions: unknown[]): unknown
}

export interface Sql {
  (texts: TemplateStringsArray, ...values: unknown[]): { as(name: string): object }
  identifier(name: string): unknown
  join(parts: readonly unknown[], separator: unknown): unknown
  raw(text: string): unknown
}
