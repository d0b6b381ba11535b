import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.js'
import { memoryLedger } from '../support/memoryLedger.js'
import { type RedisServer, startRedis } from '../support/redisServer.js'
import { sampleRevocation } from '../support/samples.js'
import { createFollowing, isComplete, learns } from './follow.js'

const LOG = 'revocation:log'

describe('a log entry from a later release', () => {
  let redis: RedisServer
  const following = createFollowing()
  beforeAll(async () => {
    redis = await startRedis()
  })
  beforeEach(() => redis.client.flushall())
  afterEach(() => following.close())
  afterAll(() => redis?.stop())

  /** It may revoke a token, so a process that skips it must not claim to know everything. */
  const ENTRIES = [
    ['of another shape', ['r', 'role:admin 1767225600000 1767218400000 admin - - an-id']],
    ['under another name', ['r2', 'anything']],
  ] as const

  it.each(ENTRIES)(
    '%s keeps a guard without a ledger from judging tokens until it is gone',
    async (_, fields) => {
      const { guard, send } = await following.twoProcesses({ url: redis.url })
      const id = String(await redis.client.xadd(LOG, '*', ...fields))
      await eventually(() => expect(guard.follower.reports.at(-1)?.message).toContain(id))
      const { length } = guard.follower.completions
      await send('afterwards')
      await learns(guard.follower, 'jti:afterwards')
      expect(guard.follower.completions).toHaveLength(length)
      await redis.client.xdel(LOG, id)
      await isComplete(guard.follower, performance.now())
    },
  )

  it('also does so for a guard that starts later', async () => {
    const { send } = await following.twoProcesses({ url: redis.url })
    await redis.client.xadd(LOG, '*', ...ENTRIES[0][1])
    await send('afterwards')
    const late = following.follow({ url: redis.url })
    await learns(late.follower, 'jti:afterwards')
    await eventually(() => expect(late.follower.reports.at(-1)).toBeInstanceOf(Error))
    expect(late.follower.completions).toEqual([])
  })

  it('is reported once by a process that reads the ledger, which has it as well', async () => {
    const warnings: string[] = []
    const ledger = memoryLedger()
    const { follower } = following.follow(
      { url: redis.url },
      { restore: () => ledger.read({ since: 0 }), warn: (message) => warnings.push(message) },
    )
    await isComplete(follower, 0)
    const id = String(await redis.client.xadd(LOG, '*', ...ENTRIES[0][1]))
    const start = performance.now()
    for (let i = 1; i <= 3; i += 1) await isComplete(follower, start + i * 600)
    expect(warnings).toEqual([expect.stringContaining(id)])
  })

  it('is distinguished from the mark of a filling, and from a revocation with more parts', async () => {
    const { guard } = await following.twoProcesses({ url: redis.url })
    const { id, subject, expiresAt, revokedAt } = sampleRevocation('jti:more')
    const value = `${subject} ${expiresAt} ${revokedAt} admin - - ${id} - - more`
    await redis.client.xadd(LOG, '*', 'r', value)
    await learns(guard.follower, 'jti:more')
    await isComplete(guard.follower, performance.now())
  })
})
