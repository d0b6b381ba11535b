import type { Payload } from 'payload'

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
 * Reads rows as one JSON text each, over the Drizzle instance that Payload's SQL adapters expose:
 * a third of the work, since neither the driver, nor Drizzle, nor Payload touches every value.
 * `undefined` where the database is none of those, or has no such table.
 */
export function readAsJson<Column extends string>(
  payload: Payload,
  range: RowRange<Column>,
): Promise<Record<Column, unknown>[]> | undefined {
  const { name, drizzle } = payload.db as Partial<DrizzleAdapter>
  const jsonObject = name === undefined ? undefined : JSON_OBJECT[name]
  const table = drizzle?.query?.[range.table]
  return jsonObject && table ? read(table, jsonObject, range) : undefined
}

/** What makes a JSON object of names and values in turn, by the adapter's name. */
const JSON_OBJECT: Readonly<Record<string, string>> = {
  sqlite: 'json_object',
  postgres: 'json_build_object',
}

async function read<Column extends string>(
  table: Table,
  jsonObject: string,
  { columns, from, inForceAt, limit }: RowRange<Column>,
): Promise<Record<Column, unknown>[]> {
  const rows = await table.findMany({
    columns: {},
    extras: (row, { sql }) => {
      const pairs = columns.map((column) => sql`${sql.raw(`'${column}'`)}, ${row[column]}`)
      const all = sql.join(pairs, sql.raw(', '))
      return { json: sql`${sql.raw(jsonObject)}(${all})`.as('json') }
    },
    where: (row, { and, gt, gte }) =>
      and(gt(row.expiresAt, inForceAt), (from.isInclusive ? gte : gt)(row.id, from.id)),
    orderBy: (row, { asc }) => asc(row.id),
    limit,
  })
  return rows.map(({ json }) => (typeof json === 'string' ? JSON.parse(json) : json))
}

/** Payload documents `payload.db.drizzle`; its types need the adapter's package. */
interface DrizzleAdapter {
  name: string
  drizzle: { query?: Readonly<Record<string, Table>> }
}

interface Table {
  findMany(options: Options): Promise<{ json: string | object }[]>
}

interface Options {
  columns: Record<string, never>
  extras: (row: Columns, operators: { sql: Sql }) => object
  where: (row: Columns, operators: Record<'and' | 'gt' | 'gte', Operator>) => unknown
  orderBy: (row: Columns, operators: Record<'asc', Operator>) => unknown
  limit: number
}

type Columns = Readonly<Record<string, unknown>>
type Operator = (...operands: unknown[]) => unknown

interface Sql {
  (texts: TemplateStringsArray, ...values: unknown[]): { as(name: string): object }
  join(parts: readonly unknown[], separator: unknown): unknown
  raw(text: string): unknown
}
