import type { Payload } from 'payload'
import { inBatches } from '../../core/inBatches.js'
import { type MongoAdapter, mongoAdapterOf } from './mongoAdapter.js'
import { connectionOf, sqlAdapterOf } from './sqlAdapter.js'

/** A table by its name in SQL, and its collection. */
interface Insertion {
  table: string
  collection: string
  rows: readonly { id: string }[]
  /** The transaction to write in. */
  within?: { readonly transactionID: number | string } | undefined
}

/**
 * Inserts rows with as few statements as the database allows, using the Drizzle instance of
 * Payload's SQL adapters or the model of its MongoDB adapter. Existing rows stay unchanged. Returns
 * `false`, and does nothing, when the database is another one or has no such table, and in a
 * transaction of MongoDB.
 */
export async function insertRows(
  { db }: Payload,
  { table, collection, rows, within }: Insertion,
): Promise<boolean> {
  const mongo = mongoAdapterOf(db)
  if (mongo) return within ? false : insertDocuments(mongo, { collection, rows })
  const adapter = sqlAdapterOf(db)
  const known = adapter?.tables[table]
  if (!adapter || !known) return false
  const connection = connectionOf(adapter, within)
  const each = Math.max(...rows.map((row) => Object.keys(row).length))
  for (const batch of inBatches(db, rows, { each }))
    await connection.insert(known).values(batch).onConflictDoNothing()
  return true
}

async function insertDocuments(
  { collections }: MongoAdapter,
  { collection, rows }: Pick<Insertion, 'collection' | 'rows'>,
): Promise<boolean> {
  const model = collections[collection]
  if (!model) return false
  const documents = rows.map(({ id, ...row }) => ({ _id: id, ...row }))
  const { writeConcern } = model.schema.options
  try {
    await model.insertMany(documents, {
      ...{ ordered: false, throwOnValidationError: true, timestamps: false },
      ...(writeConcern && { writeConcern }),
    })
  } catch (error) {
    if (!isThereAlready(error)) throw error
  }
  return true
}

const DUPLICATE_KEY = 11_000

/** Whether the only error was that some documents already existed. */
function isThereAlready(error: unknown): boolean {
  const { writeErrors = [], result } = error as {
    writeErrors?: readonly { err?: { code?: number } }[]
    result?: { getWriteConcernError?(): unknown }
  }
  return (
    writeErrors.length > 0 &&
    writeErrors.every(({ err }) => err?.code === DUPLICATE_KEY) &&
    !result?.getWriteConcernError?.()
  )
}
