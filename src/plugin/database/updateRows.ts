import type { CollectionSlug, Payload, PayloadRequest, Where } from 'payload'
import type { PostgresTable } from './onPostgres.js'
import { primaryOf } from './primaryOf.js'
import { connectionOf, type SqlAdapter, type SqlTable, sqlAdapterOf } from './sqlAdapter.js'
import { transactionWithin } from './transactionOf.js'

/**
 * Rows to change, and their new values. All fields of the collection must be columns of one table.
 */
export interface RowUpdate {
  readonly collection: CollectionSlug
  readonly table: string
  readonly where: Where
  readonly data: Readonly<Record<string, string | null>>
  /** The request whose transaction to write in, if it has one. */
  readonly within?: Pick<PayloadRequest, 'transactionID'> | undefined
}

/**
 * Changes all rows that match `where` at that moment. If the database is SQL it is one statement,
 * so a row that was deleted or changed in the meantime stays untouched. Payload's own way reads the
 * ids first and then writes row by row.
 */
export async function updateRows({ db }: Payload, update: RowUpdate): Promise<void> {
  const { collection, data, where, within } = update
  const req = within && (await transactionWithin(within))
  const adapter = sqlAdapterOf(primaryOf(db))
  const table = adapter?.tables[update.table]
  if (!adapter || !table) {
    await primaryOf(db).updateMany({
      collection,
      data,
      where,
      returning: false,
      ...(req && { req }),
    })
    return
  }
  await connectionOf(adapter, req)
    .update(table)
    .set(data)
    .where(conditionOf(where, adapter, table))
}

/** The same as a part of a statement of our own. */
export function updateStatement(
  { adapter, sql }: Pick<PostgresTable, 'adapter' | 'sql'>,
  { data, table: name, where }: RowUpdate,
): unknown {
  const table = adapter.tables[name]
  if (!table) throw new Error(`No such table: ${name}`)
  const values = Object.entries(data).map(
    ([field, value]) => sql`${sql.identifier(table[field]?.name ?? field)} = ${value}`,
  )
  return sql`UPDATE ${table} SET ${sql.join(values, sql.raw(', '))}
    WHERE ${conditionOf(where, adapter, table)}`
}

/** Translates Payload's query to Drizzle. */
function conditionOf(where: Where, { operators }: SqlAdapter, table: SqlTable): unknown {
  const call = (name: string, ...operands: unknown[]) => {
    const operator = operators[name]
    if (!operator) throw new Error(`No such operator: ${name}`)
    return operator(...operands)
  }
  const read = (part: Where): unknown => {
    const conditions = Object.entries(part).flatMap(([name, value]) => {
      if (Array.isArray(value)) return [call(name.toLowerCase(), ...value.map(read))]
      const column = table[name]
      if (!column) throw new Error(`No such column: ${name}`)
      return Object.entries(value ?? {}).map(([operator, operand]) =>
        operator === 'exists'
          ? call(operand ? 'exists' : 'isNull', column)
          : call(operator, column, operand),
      )
    })
    // Without a condition Drizzle would change every row.
    if (conditions.length === 0) throw new Error('A condition is missing')
    return call('and', ...conditions)
  }
  return read(where)
}
