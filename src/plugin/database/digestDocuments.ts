import type { DatabaseAdapter } from 'payload'
import {
  type DigestRange,
  EXPIRY_MODULUS,
  MINUTE_MS,
  type MinuteDigests,
} from '../../core/rowDigest.js'
import { uuidv7Floor } from '../../core/uuidv7.js'
import { asDigests } from './digestRows.js'
import { mongoAdapterOf } from './mongoAdapter.js'

/**
 * The digest of documents, counted by MongoDB from the index on `expiresAt` and `_id` alone.
 * `undefined` when the database is another one or has no such collection.
 */
export async function digestDocuments(
  db: DatabaseAdapter,
  { collection, except }: { collection: string; except: string },
  range: DigestRange,
): Promise<MinuteDigests | undefined> {
  const model = mongoAdapterOf(db)?.collections[collection]
  if (!model) return undefined
  const count = async (condition: object, sign: 1 | -1) => {
    const found = await model.aggregate(pipeline(range, condition), { readPreference: 'primary' })
    return found.map(({ _id, amount, expiries }) => [
      Number(_id),
      ...[amount, expiries].map((value) => Number(value) * sign),
    ])
  }
  // Reading the subject of each would need the documents, and few are not counted.
  const [all, excepted] = await Promise.all([count({}, 1), count({ subject: except }, -1)])
  return asDigests([...all, ...excepted])
}

const time = { $toLong: '$expiresAt' }

const pipeline = ({ expiringFrom, isByMinute, since, until }: DigestRange, condition: object) => [
  {
    $match: {
      ...condition,
      expiresAt: { $gte: new Date(expiringFrom) },
      _id: { $lt: uuidv7Floor(until), ...(since > 0 && { $gte: uuidv7Floor(since) }) },
    },
  },
  {
    $group: {
      _id: isByMinute ? { $floor: { $divide: [time, MINUTE_MS] } } : 0,
      amount: { $sum: 1 },
      expiries: { $sum: { $mod: [time, EXPIRY_MODULUS] } },
    },
  },
]
