import type { BaseDatabaseAdapter, Config, Payload } from 'payload'
import { type MongoAdapter, type MongoModel, mongoAdapterOf } from './mongoAdapter.js'

const PRIMARY = 'primary'
/** Keeps what else the application asks for, such as `j`. */
const byMajority = (concern?: object) => ({ ...concern, w: 'majority' })

export interface MongoCollections {
  /** The ledger. Its readers use an index on `expiresAt` and `_id`. */
  ledger: string
  /** The session records, if they are kept. */
  sessions: string | undefined
}

/**
 * Makes MongoDB keep what is acknowledged, whatever the connection URL says. Other databases stay
 * as they are.
 *
 * - The plugin's own collections, and transactions, are written with the write concern `majority`,
 *   so a failover cannot take the writes back.
 * - They and the auth collections are read from the primary, because a lagging secondary does not
 *   know the latest revocation or password.
 * - The indexes of the plugin's own collections are created, even with `autoIndex: false`. Nothing
 *   waits for them but the end of the connection. The log says if one could not be created.
 *
 * Payload makes new models and opens a new connection when a config is reloaded in development. It
 * keeps the adapter, so the adapter's own methods are wrapped.
 */
export function prepareMongo(db: Config['db'], collections: MongoCollections): Config['db'] {
  return {
    ...db,
    init(args) {
      const adapter = db.init(args)
      const mongo = mongoAdapterOf(adapter)
      if (mongo) wrap(adapter, mongo, collections)
      return adapter
    },
  }
}

function wrap(adapter: BaseDatabaseAdapter, mongo: MongoAdapter, collections: MongoCollections) {
  const { connect, destroy, init } = adapter
  let indexed: Promise<void> | undefined
  adapter.init = async function initPrepared(this: BaseDatabaseAdapter) {
    await init?.call(this)
    prepareModels(this.payload, mongo, collections)
  }
  adapter.connect = async function connectPrepared(this: BaseDatabaseAdapter, options) {
    await connect?.call(this, options)
    // The application may have told Payload not to connect (`url: false`).
    if (!mongo.connection.db) return
    prepareTransactions(mongo)
    warnOfUnacknowledged(this.payload, mongo)
    indexed = createIndexes(this.payload, ownModels(mongo, collections))
  }
  adapter.destroy = async function destroyPrepared(this: BaseDatabaseAdapter) {
    await indexed
    await destroy?.call(this)
  }
}

const ownModels = ({ collections }: MongoAdapter, { ledger, sessions }: MongoCollections) =>
  [ledger, sessions].flatMap((slug) => (slug && collections[slug]) || [])

function prepareModels({ config }: Payload, mongo: MongoAdapter, collections: MongoCollections) {
  const own = ownModels(mongo, collections)
  const accounts = config.collections.flatMap(({ auth, slug }) =>
    auth ? (mongo.collections[slug] ?? []) : [],
  )
  for (const { schema } of [...own, ...accounts]) schema.options.read = PRIMARY
  for (const { schema } of own) {
    schema.options.writeConcern = byMajority(schema.options.writeConcern)
  }
  mongo.collections[collections.ledger]?.schema.index({ expiresAt: 1, _id: 1 })
}

function prepareTransactions(mongo: MongoAdapter) {
  const { transactionOptions } = mongo
  if (!transactionOptions) return
  const writeConcern = byMajority(transactionOptions.writeConcern)
  mongo.transactionOptions = { ...transactionOptions, readPreference: PRIMARY, writeConcern }
}

function warnOfUnacknowledged({ logger }: Payload, { connection }: MongoAdapter) {
  if (connection.getClient().options.writeConcern?.w !== 0) return
  logger.warn(
    'Revocations: MongoDB is used with w=0. Revocations are written with w="majority", but a failed write of a password or of a user is never noticed. Remove w=0 from the connection URL.',
  )
}

/** Creates indexes that are missing. It does not reject, because nobody waits for it at first. */
async function createIndexes({ logger }: Payload, models: readonly MongoModel[]) {
  try {
    for (const model of models) await model.createIndexes()
  } catch (err) {
    logger.warn(
      { err },
      'Revocations: an index could not be created in MongoDB. Without the indexes on expiresAt (with _id), subject, lifts and cutoff, and on the sessions’ userId, expiresAt and endedAt, each reading scans the whole collection.',
    )
  }
}
