import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createDenylist, type DenylistOptions } from '../../src/core/denylist.js'
import type { Feed } from '../../src/core/ports.js'
import { uuidv7 } from '../../src/core/uuidv7.js'
import { redisFeed } from '../../src/redis/index.js'
import { eventually } from '../support/eventually.js'
import { memoryLedger } from '../support/memoryLedger.js'
import { type RedisServer, startRedis } from '../support/redisServer.js'
import { sampleRevocation, sampleToken } from '../support/samples.js'
import { createFollowing } from './follow.js'

const HOUR_MS = 3_600_000
const MAX_STALENESS_MS = 3_000

let redis: RedisServer
const following = createFollowing()
const closing: { close(): Promise<void> }[] = []
beforeAll(async () => {
  redis = await startRedis()
})
beforeEach(() => redis.client.flushall())
afterEach(async () => {
  await redis.kill('SIGCONT')
  await Promise.all([...closing.splice(0).map((each) => each.close()), following.close()])
})
afterAll(() => redis?.stop())

const open = ({ feed = ownFeed(), ...options }: Partial<DenylistOptions> = {}) => {
  const denylist = createDenylist({
    ...{ feed, maxTokenLifetimeMs: 2 * HOUR_MS, maxStalenessMs: MAX_STALENESS_MS },
    ...{ pollIntervalMs: 50, ...options },
  })
  closing.push(denylist)
  return denylist
}
const ownFeed = () => redisFeed({ url: redis.url })

/** Like a process that was held up or died: what it records reaches only the ledger. */
const unable = (): Feed => ({ ...ownFeed(), publish: () => Promise.reject(new Error('unable')) })

const T = sampleToken({ id: 'T' })
const statusOf = async (denylist: ReturnType<typeof open>) => (await denylist.judge(T)).status
const isStale = (denylist: ReturnType<typeof open>) =>
  eventually(() => expect(denylist.state.stalenessMs).toBeGreaterThan(MAX_STALENESS_MS))

describe('a guard without a ledger', () => {
  it('cannot judge tokens once no process vouches for the content of Redis', async () => {
    const ledger = memoryLedger()
    const app = open({ ledger, feed: unable() })
    const [guard, witness] = [open(), following.follow({ url: redis.url })]
    await app.judge(T)
    await eventually(async () => expect(await statusOf(guard)).toBe('valid'))
    await app.revoke([sampleRevocation('jti:T')])
    const acknowledgedAt = performance.now()
    expect(await statusOf(guard)).toBe('valid')
    await eventually(async () => expect(await statusOf(guard)).toBe('unknown'))
    // The attack, without the heartbeat: everything in Redis was read, and the token counts as
    // valid.
    expect(witness.follower.completions.at(-1)).toBeGreaterThan(acknowledgedAt)
    expect(witness.follower.subjects()).not.toContain('jti:T')
    open({ ledger }).follow()
    await eventually(async () => expect(await statusOf(guard)).toBe('revoked'))
  })

  it('treats a heartbeat that a frozen Redis held back as old as it is', async () => {
    const [app, guard] = [open({ ledger: memoryLedger() }), open()]
    await app.judge(T)
    await eventually(async () => expect(await statusOf(guard)).toBe('valid'))
    await redis.kill('SIGSTOP')
    const frozenAt = performance.now()
    // Its last heartbeat is on its way to the frozen server when the app ends.
    await eventually(() => expect(app.state.isFeedWell).toBe(false))
    await app.close()
    // The guard is stale a little earlier: that heartbeat is younger than the one it has.
    await eventually(() => expect(performance.now() - frozenAt).toBeGreaterThan(MAX_STALENESS_MS))
    await redis.kill('SIGCONT')
    for (let i = 0; i < 10; i += 1) expect(await statusOf(guard)).toBe('unknown')
  })

  it('does not accept the heartbeat of another filling for this one', async () => {
    const [app, guard] = [open({ ledger: memoryLedger() }), open()]
    await app.judge(T)
    await eventually(async () => expect(await statusOf(guard)).toBe('valid'))
    await app.close()
    const [seconds] = await redis.client.time()
    await redis.client.set('revocation:heartbeat', `${Number(seconds) * 1_000 + 60_000} another`)
    await eventually(async () => expect(await statusOf(guard)).toBe('unknown'))
  })

  it('accepts what nothing known revokes if that is the policy', async () => {
    const [app, guard] = [open({ ledger: memoryLedger() }), open({ whenStale: 'accept' })]
    await Promise.all([app.judge(T), guard.judge(T)])
    await app.revoke([sampleRevocation('jti:other')])
    await eventually(() => expect(guard.state.size.token).toBe(1))
    await app.close()
    await isStale(guard)
    expect(await statusOf(guard)).toBe('valid')
  })
})

describe('a process with a ledger', () => {
  it('vouches for a reading only when everything that it found has been sent', async () => {
    const ledger = memoryLedger()
    const app = open({ ledger, feed: unable() })
    await app.judge(T)
    const heartbeat = () => redis.client.get('revocation:heartbeat')
    await eventually(async () => expect(await heartbeat()).not.toBeNull())
    await ledger.append([sampleRevocation('jti:T')])
    await eventually(() => expect(app.state.backlog).toBe(1))
    const [before, reads] = [await heartbeat(), ledger.reads.length]
    await eventually(() => expect(ledger.reads.length).toBeGreaterThan(reads + 5))
    expect(await heartbeat()).toBe(before)
  })

  it('knows at its start what others acknowledged long ago and could not send', async () => {
    const ledger = memoryLedger()
    const first = open({ ledger })
    await first.judge(T)
    const heartbeat = () => redis.client.get('revocation:heartbeat')
    await eventually(async () => expect(await heartbeat()).not.toBeNull())
    await first.close()
    // Eleven minutes ago a process vouched. A minute later another process logged a user out, and
    // died.
    const [at = '', mark = ''] = (await heartbeat())?.split(' ') ?? []
    await redis.client.set('revocation:heartbeat', `${Number(at) - 660_000} ${mark}`)
    const revokedAt = Date.now() - 600_000
    await ledger.append([sampleRevocation('jti:T', { id: uuidv7(revokedAt), revokedAt })])
    expect(await statusOf(open({ ledger, pollIntervalMs: 60_000 }))).toBe('revoked')
  })

  it('sends what it learned when it asked the ledger itself', async () => {
    const ledger = memoryLedger()
    const [app, guard] = [open({ ledger, pollIntervalMs: 300 }), open()]
    await app.judge(T)
    await eventually(async () => expect(await statusOf(guard)).toBe('valid'))
    const revocation = sampleRevocation('jti:T')
    await ledger.append([revocation])
    app.learn([revocation])
    await eventually(async () => expect(await statusOf(guard)).toBe('revoked'))
  })

  it('says so when the user may not run TIME, and goes on', async () => {
    await redis.client.acl('SETUSER', 'timeless', 'on', '>secret', '~*', '+@all', '-time')
    const options = { username: 'timeless', password: 'secret' }
    const warnings: string[] = []
    const logger = { error() {}, info() {}, warn: (_: object, text: string) => warnings.push(text) }
    const feed = redisFeed({ url: redis.url, options })
    const app = open({ ledger: memoryLedger(), feed, logger })
    await app.judge(T)
    await eventually(() => expect(warnings.join()).toContain('`TIME`'))
    await eventually(() => expect(app.state.isFeedWell).toBe(true))
  })
})

describe('a direct question to Redis', () => {
  it('goes to the ledger instead when no process has vouched lately', async () => {
    const ledger = memoryLedger()
    const [app, strict] = [open({ ledger }), open({ ledger, isStrict: true })]
    await app.judge(T)
    // Only a filled Redis is asked for its heartbeat, and only a process that follows fills it.
    await eventually(async () => expect(await redis.client.exists('revocation:heartbeat')).toBe(1))
    expect(await statusOf(strict)).toBe('valid')
    await app.close()
    await ledger.append([sampleRevocation('jti:T')])
    const asking = ownFeed()
    closing.push(asking)
    const strictly = () => asking.find(['jti:T'], { maxStaleness: MAX_STALENESS_MS / 1_000 })
    await eventually(() => expect(strictly()).rejects.toMatchObject({ code: 'feed-not-vouched' }))
    // The attack: Redis does not know about the logout, and looks healthy.
    expect(await asking.find(['jti:T'])).toEqual([])
    expect(await statusOf(strict)).toBe('revoked')
  })
})
