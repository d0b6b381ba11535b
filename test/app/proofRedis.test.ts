import { afterAll, beforeAll, expect } from 'vitest'
import { revocationsIn } from '../../src/redis/packedEntry.js'
import { describeProof } from '../support/proofSuite.js'
import { type RedisServer, startRedis } from '../support/redisServer.js'

let redis: RedisServer
beforeAll(async () => {
  redis = await startRedis()
})
afterAll(() => redis?.stop())

describeProof('Redis', {
  redisUrl: () => redis.url,

  async holdsLogout({ claims: { exp, jti, sid } }) {
    const remainingMs = Number(exp) * 1_000 - Date.now()
    const tokenTtl = await redis.client.pttl(`revocation:jti:${jti}`)
    const sessionTtl = await redis.client.pttl(`revocation:sid:${sid}`)
    expect(tokenTtl).toBeGreaterThanOrEqual(remainingMs - 50)
    expect(tokenTtl).toBeLessThanOrEqual(remainingMs + 5_000 + 50)
    expect(sessionTtl).toBeGreaterThanOrEqual(remainingMs - 50)
    expect(await subjectsInLog()).toEqual(expect.arrayContaining([`jti:${jti}`, `sid:${sid}`]))
  },

  async holdsPasswordChange({ id }) {
    expect(await redis.client.pttl(`revocation:user:users:${id}`)).toBeGreaterThan(0)
    expect(await subjectsInLog()).toContain(`user:users:${id}`)
  },
})

async function subjectsInLog(): Promise<string[]> {
  const entries = await redis.client.xrange('revocation:log', '-', '+')
  return entries.flatMap(([, fields]) => revocationsIn(fields) ?? []).map(({ subject }) => subject)
}
