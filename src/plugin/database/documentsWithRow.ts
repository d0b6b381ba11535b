import type { Payload } from 'payload'
import { primaryOf } from './primaryOf.js'
import { arrayIn, JSON_FUNCTIONS, withNames } from './selectAsJson.js'
import type { QueryParts } from './selectOne.js'
import { sqlAdapterOf, tableNameOf } from './sqlAdapter.js'

export interface DocumentsWithRow<Column extends string> {
  /** The slug of the collection. */
  collection: string
  /** One of these fields has one of these values. */
  fields: readonly string[]
  values: readonly string[]
  /** The second table. */
  table: string
  columns: readonly Column[]
  /** Of the rows that belong to a document, the one with the largest value here is wanted. */
  latestBy: Column
  /** Which of its rows belong to a document, whose id is given as text. */
  where: (parts: Omit<QueryParts, 'table'> & { id: unknown }) => unknown
}

/**
 * Documents, and the latest row of a second table that belongs to each, from one statement.
 * `undefined` when the database is not SQL or has no such tables and columns.
 */
export function documentsWithRow<Column extends string>(
  { db }: Payload,
  { collection, columns, fields, latestBy, table, values, where }: DocumentsWithRow<Column>,
): Promise<{ id: number | string; row: Record<Column, unknown> | undefined }[]> | undefined {
  const adapter = sqlAdapterOf(primaryOf(db))
  const name = adapter?.tableNameMap.get(tableNameOf(collection)) ?? ''
  const query = adapter?.drizzle.query?.[name]
  const documents = adapter?.tables[name]
  const others = adapter?.tables[table]
  if (!adapter || !query || !others || fields.some((field) => !documents?.[field])) return undefined
  const { ofValues } = JSON_FUNCTIONS[adapter.name]
  const found = query.findMany({
    columns: { id: true },
    where: (document, { inArray, or }) =>
      or(...fields.map((field) => inArray(document[field], [...values]))),
    extras: (document, { sql }) => {
      const named = (field: string) => sql.identifier(others[field]?.name ?? field)
      const all = sql.join(columns.map(named), sql.raw(', '))
      const isOfDocument = where({ sql, named, id: sql`CAST(${document.id} AS text)` })
      // An expression, so that no statistics make the database walk an index of all rows backwards.
      const latest = sql`coalesce(${named(latestBy)}, ${named(latestBy)})`
      const row = sql`SELECT ${sql.raw(ofValues)}(${all}) FROM ${others}
        WHERE ${isOfDocument} ORDER BY ${latest} DESC LIMIT 1`
      // Drizzle drops the table of a column that is not nested.
      return { json: sql`(${row})`.as('json') }
    },
  })
  return found.then((each) =>
    each.map(({ id, json }) => {
      const row = arrayIn(json)
      return { id: id as number | string, row: row && withNames(columns, row) }
    }),
  )
}
