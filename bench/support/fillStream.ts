import type { Redis } from 'ioredis'
import type { Revocation } from '../../src/core/revocation.js'
import { builtPackage } from './builtPackage.js'

/** Writes revocations to the stream that every process follows, but not their keys. */
export async function fillStream(redis: Redis, revocations: readonly Revocation[]): Promise<void> {
  const { toLogEntry } = await builtPackage('redis/logEntry')
  const pipeline = redis.pipeline()
  for (const each of revocations) pipeline.xadd('revocation:log', '*', ...toLogEntry(each))
  await pipeline.exec()
}
