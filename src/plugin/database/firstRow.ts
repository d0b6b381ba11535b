import type { DatabaseAdapter, PayloadRequest } from 'payload'
import { primaryOf } from './primaryOf.js'
import { transactionOf } from './transactionOf.js'

/** One statement, as each kind of SQL says it. */
export interface Statements {
  readonly postgres: string
  readonly sqlite: string
}

/**
 * The first row that a statement answers with, over Payload's own `execute`; on the connection of a
 * request's open transaction, if it has one. `undefined` where the database is not SQL.
 */
export async function firstRow(
  db: DatabaseAdapter,
  statements: Statements,
  within?: object,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const { name, drizzle, execute, sessions } = primaryOf(db) as Partial<SqlAdapter>
  if ((name !== 'postgres' && name !== 'sqlite') || !drizzle || !execute) return undefined
  const transaction =
    within && (await transactionOf(within as Pick<PayloadRequest, 'transactionID'>))
  const session = transaction === undefined ? undefined : sessions?.[transaction]
  const { rows } = await execute({ drizzle: session?.db ?? drizzle, raw: statements[name] })
  return rows?.[0]
}

/** What Payload's adapters for SQL have in common; their types need the adapter's package. */
interface SqlAdapter {
  name: string
  drizzle: object
  execute(statement: {
    drizzle: object
    raw: string
  }): Promise<{ rows?: readonly Readonly<Record<string, unknown>>[] }>
  sessions: Readonly<Record<number | string, { db: object } | undefined>>
}
