import type { Payload } from 'payload'
import { primaryOf } from './primaryOf.js'

/** Some rows of one table, by ascending `id`. */
export interface RowRange<Column extends string> {
  table: string
  columns: readonly Column[]
  /** Only those whose `id` comes after this one, or is this one, where `isInclusive`. */
  from: { id: string; isInclusive: boolean }
  /** Only those whose `expiresAt` is later: an ISO date. */
  inForceAt: string
  limit: number
}

/**
 * Reads rows as one JSON text, over the Drizzle instance that Payload's SQL adapters expose: a
 * fifth of the work, since neither the driver, nor Drizzle, nor Payload touches every row.
 * `undefined` where the database is none of those, or has no such table.
 */
export function readAsJson<Column extends string>(
  payload: Payload,
  range: RowRange<Column>,
): Promise<Record<Column, unknown>[]> | undefined {
  const { name, drizzle, tables } = primaryOf(payload.db) as Partial<DrizzleAdapter>
  const functions = name === undefined ? undefined : JSON_FUNCTIONS[name]
  const query = drizzle?.query?.[range.table]
  const table = tables?.[range.table]
  return functions && query && table ? read({ query, table }, functions, range) : undefined
}

interface JsonFunctions {
  /** Makes an array of the values of one row, which is shorter than an object of them. */
  ofValues: string
  /** Makes an array of what is in all rows. */
  ofRows: string
}

/** By the adapter's name. */
const JSON_FUNCTIONS: Readonly<Record<string, JsonFunctions>> = {
  sqlite: { ofValues: 'json_array', ofRows: 'json_group_array' },
  postgres: { ofValues: 'json_build_array', ofRows: 'json_agg' },
}

async function read<Column extends string>(
  { query, table }: { query: Query; table: Table },
  { ofRows, ofValues }: JsonFunctions,
  { columns, from, inForceAt, limit }: RowRange<Column>,
): Promise<Record<Column, unknown>[]> {
  // One row of the table, any: what is wanted comes with it.
  const [found] = await query.findMany({
    columns: {},
    extras: (_, { sql }) => {
      const named = (column: string) => sql.identifier(table[column]?.name ?? column)
      const all = sql.join(columns.map(named), sql.raw(', '))
      const isAfter = sql.raw(from.isInclusive ? '>=' : '>')
      const range = sql`SELECT ${all} FROM ${table}
        WHERE ${named('expiresAt')} > ${inForceAt} AND ${named('id')} ${isAfter} ${from.id}
        ORDER BY ${named('id')} LIMIT ${limit}`
      const rows = sql`SELECT ${sql.raw(ofRows)}(${sql.raw(ofValues)}(${all})) FROM (${range}) page`
      return { json: sql`(${rows})`.as('json') }
    },
    limit: 1,
  })
  const json = found?.json ?? []
  const rows: unknown[][] = typeof json === 'string' ? JSON.parse(json) : json
  return rows.map((values) => withNames(columns, values))
}

function withNames<Column extends string>(columns: readonly Column[], values: readonly unknown[]) {
  const row = {} as Record<Column, unknown>
  for (let i = 0; i < columns.length; i += 1) row[columns[i] as Column] = values[i]
  return row
}

/** Payload documents `payload.db.drizzle` and `.tables`; their types need the adapter's package. */
interface DrizzleAdapter {
  name: string
  drizzle: { query?: Readonly<Record<string, Query>> }
  tables: Readonly<Record<string, Table>>
}

type Table = Readonly<Record<string, { name: string } | undefined>>

interface Query {
  findMany(options: Options): Promise<{ json: string | unknown[][] | null }[]>
}

interface Options {
  columns: Record<string, never>
  extras: (row: unknown, operators: { sql: Sql }) => object
  limit: number
}

interface Sql {
  (texts: TemplateStringsArray, ...values: unknown[]): { as(name: string): object }
  identifier(name: string): unknown
  join(parts: readonly unknown[], separator: unknown): unknown
  raw(text: string): unknown
}
