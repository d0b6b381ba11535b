/**
 * The parts of Payload's MongoDB adapter that are used here. Its own types would need its package
 * and mongoose, and an application installs only one copy of each.
 */
export interface MongoAdapter {
  readonly name: 'mongoose'
  readonly collections: Readonly<Record<string, MongoModel | undefined>>
  readonly connection: {
    readonly db?: { command(command: object, options: object): Promise<Record<string, unknown>> }
    getClient(): { readonly options: MongoClientOptions }
  }
  /**
   * Compares strings by the rules of a language. An index without the same collation is then
   * useless.
   */
  readonly collation?: object | undefined
  /** The options of every transaction; `undefined` or `false` when there are no transactions. */
  transactionOptions?:
    | { readonly readPreference?: unknown; readonly writeConcern?: object }
    | false
    | undefined
}

export interface MongoModel {
  readonly schema: {
    /** Mongoose reads these options with each query. */
    readonly options: { read?: unknown; writeConcern?: object }
    index(fields: Readonly<Record<string, 1>>): void
  }
  /** Creates the missing indexes. */
  createIndexes(): Promise<unknown>
  aggregate(pipeline: readonly object[], options: object): Promise<Record<string, unknown>[]>
  insertMany(rows: readonly object[], options: object): Promise<unknown>
}

interface MongoClientOptions {
  readonly readPreference?: { readonly mode: string }
  readonly writeConcern?: { readonly w?: number | string }
}

/** `undefined` for another database. */
export function mongoAdapterOf(db: { readonly name: string }): MongoAdapter | undefined {
  return db.name === 'mongoose' ? (db as unknown as MongoAdapter) : undefined
}
