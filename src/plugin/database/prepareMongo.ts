import type { Payload } from 'payload'
import { memo } from '../../core/processWide.js'
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

const prepared = memo<object, true>('preparedMongo')

/**
 * Makes MongoDB keep what is acknowledged, whatever the connection URL says. On other databases,
 * and when called again, it does nothing.
 *
 * - The plugin's own collections, and transactions, are written with the write concern `majority`,
 *   so a failover cannot take the writes back.
 * - They and the auth collections are read from the primary, because a lagging secondary does not
 *   know the latest revocation or password.
 * - The indexes of the plugin's own collections are created, even with `autoIndex: false`.
 *
 * @returns when the indexes exist, or when the log says what could not be done; it never rejects,
 *   because nobody waits for it before the end
 */
export async function prepareMongo(payload: Payload, collections: MongoCollections): Promise<void> {
  const mongo = mongoAdapterOf(payload.db)
  if (!mongo || prepared.get(mongo)) return
  prepared.set(mongo, true)
  try {
    await prepare(payload, mongo, collections)
  } catch (err) {
    payload.logger.error({ err }, 'Revocations: MongoDB could not be prepared')
  }
}

async function prepare(
  payload: Payload,
  mongo: MongoAdapter,
  { ledger, sessions }: MongoCollections,
) {
  const own = [ledger, sessions].flatMap((slug) => (slug && mongo.collections[slug]) || [])
  const accounts = payload.config.collections.flatMap(({ auth, slug }) =>
    auth ? (mongo.collections[slug] ?? []) : [],
  )
  for (const { schema } of [...own, ...accounts]) schema.options.read = PRIMARY
  for (const { schema } of own) {
    schema.options.writeConcern = byMajority(schema.options.writeConcern)
  }
  const { transactionOptions } = mongo
  if (transactionOptions) {
    const writeConcern = byMajority(transactionOptions.writeConcern)
    mongo.transactionOptions = { ...transactionOptions, readPreference: PRIMARY, writeConcern }
  }
  mongo.collections[ledger]?.schema.index({ expiresAt: 1, _id: 1 })
  warnOfUnacknowledged(payload, mongo)
  await createIndexes(payload, own)
}

function warnOfUnacknowledged({ logger }: Payload, { connection }: MongoAdapter) {
  if (connection.getClient().options.writeConcern?.w !== 0) return
  logger.warn(
    'Revocations: MongoDB is used with w=0. Revocations are written with w="majority", but a failed write of a password or of a user is never noticed. Remove w=0 from the connection URL.',
  )
}

async function createIndexes({ logger }: Payload, models: readonly MongoModel[]) {
  try {
    for (const model of models) await model.createIndexes()
  } catch (err) {
    logger.warn(
      { err },
      'Revocations: an index could not be created in MongoDB. Without the indexes on expiresAt (with _id), subject and lifts, and on the sessions’ userId, expiresAt and endedAt, each reading scans the whole collection.',
    )
  }
}
