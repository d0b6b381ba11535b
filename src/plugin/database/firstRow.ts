import type { DatabaseAdapter, PayloadRequest } from 'payload'
import { primaryOf } from './primaryOf.js'
import { type SqlAdapterName, sqlAdapterOf } from './sqlAdapter.js'
import { transactionOf } from './transactionOf.js'

/** One statement, as each kind of SQL says it. */
export type Statements = Readonly<Record<SqlAdapterName, string>>

/**
 * The first row that a statement answers with, over Payload's own `execute`; on the connection of a
 * request's open transaction, if it has one. `undefined` where the database is not SQL.
 */
export async function firstRow(
  db: DatabaseAdapter,
  statements: Statements,
  within?: object,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const adapter = sqlAdapterOf(primaryOf(db))
  if (!adapter) return undefined
  const { drizzle, name, sessions } = adapter
  const transaction =
    within && (await transactionOf(within as Pick<PayloadRequest, 'transactionID'>))
  const session = transaction === undefined ? undefined : sessions?.[transaction]
  const { rows } = await adapter.execute({ drizzle: session?.db ?? drizzle, raw: statements[name] })
  return rows?.[0]
}
