import type { DatabaseAdapter } from 'payload'

/**
 * What is used of Payload's MongoDB adapter. Its own types need its package, and mongoose, of which
 * an application has only one.
 */
export interface MongoAdapter {
  readonly name: 'mongoose'
  readonly collections: Readonly<Record<string, MongoModel | undefined>>
  readonly connection: {
    readonly db?: { command(command: object, options: object): Promise<Record<string, unknown>> }
    getClient(): { readonly options: MongoClientOptions }
  }
  /** Makes strings compare by the rules of a language. An index without it is of no use then. */
  readonly collation?: object | undefined
  /** For every transaction; `undefined` or `false` where there are none. */
  transactionOptions?: object | false | undefined
}

export interface MongoModel {
  readonly schema: {
    /** Mongoose reads these with each query. */
    readonly options: { read?: unknown; writeConcern?: object }
    index(fields: Readonly<Record<string, 1>>): void
  }
  /** Creates the indexes that are missing. */
  createIndexes(): Promise<unknown>
  insertMany(rows: readonly object[], options: object): Promise<unknown>
}

interface MongoClientOptions {
  readonly readPreference?: { readonly mode: string }
  readonly writeConcern?: { readonly w?: number | string }
}

/** `undefined` for another database. */
export function mongoAdapterOf(db: DatabaseAdapter): MongoAdapter | undefined {
  return db.name === 'mongoose' ? (db as unknown as MongoAdapter) : undefined
}
