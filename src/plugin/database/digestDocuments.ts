import type { DatabaseAdapter } from 'payload'
import { type DigestRange, MINUTE_MS, type RowDigest } from '../../core/rowDigest.js'
import { uuidv7Floor } from '../../core/uuidv7.js'
import { digestIn } from './digestRows.js'
import { mongoAdapterOf } from './mongoAdapter.js'

/**
 * The digest of documents, counted by MongoDB from the index on `expiresAt` and `_id` alone.
 * `undefined` when the database is another one or has no such collection.
 */
export async function digestDocuments(
  db: DatabaseAdapter,
  { collection, except }: { collection: string; except: string },
  range: DigestRange,
): Promise<RowDigest | undefined> {
  const model = mongoAdapterOf(db)?.collections[collection]
  if (!model) return undefined
  const count = async (condition: object, sign: 1 | -1) => {
    const found = await model.aggregate(pipeline(range, condition), { readPreference: 'primary' })
    return found.map(({ _id, amount }) => [Number(_id), Number(amount) * sign])
  }
  // Reading the subject of each would need the documents, and few are not counted.
  const [all, excepted] = await Promise.all([count({}, 1), count({ subject: except }, -1)])
  return digestIn([...all, ...excepted], range.periods.count)
}

const pipeline = ({ periods, since, until }: DigestRange, condition: object) => {
  const { count, firstMinute, isOpen, minutes } = periods
  const first = firstMinute * MINUTE_MS
  const lengthMs = minutes * MINUTE_MS
  const sinceFirst = { $subtract: [{ $toLong: '$expiresAt' }, first] }
  const place = { $floor: { $divide: [sinceFirst, lengthMs] } }
  return [
    {
      $match: {
        ...condition,
        expiresAt: {
          $gte: new Date(first),
          ...(!isOpen && { $lt: new Date(first + count * lengthMs) }),
        },
        _id: { $lt: uuidv7Floor(until), ...(since > 0 && { $gte: uuidv7Floor(since) }) },
      },
    },
    { $group: { _id: { $min: [place, count - 1] }, amount: { $sum: 1 } } },
  ]
}
