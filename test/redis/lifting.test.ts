import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createDenylist, type Denylist } from '../../src/core/denylist.js'
import {
  type Circumstances,
  liftRevocation,
  sessionRevocation,
} from '../../src/core/makeRevocation.js'
import type { Feed, Ledger } from '../../src/core/ports.js'
import { redisFeed } from '../../src/redis/index.js'
import { toLogEntry } from '../../src/redis/logEntry.js'
import { eventually } from '../support/eventually.js'
import { memoryLedger } from '../support/memoryLedger.js'
import { type RedisServer, startRedis } from '../support/redisServer.js'
import { sampleToken } from '../support/samples.js'

describe('lifting a revocation, over Redis', () => {
  let redis: RedisServer
  const opened: Denylist[] = []
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis.stop())
  beforeEach(() => redis.client.flushall())
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((denylist) => denylist.close()))
  })

  const token = sampleToken({ session: 'S' })
  const KEY = 'revocation:sid:S'
  const circumstances = (): Circumstances => {
    return { reason: 'admin', now: Date.now(), maxTokenLifetimeMs: 3_600_000 }
  }
  const end = () => sessionRevocation('S', circumstances())

  const open = async (ledger?: Ledger, isStrict = false) => {
    const denylist = createDenylist({
      ...{ ledger, isStrict, feed: redisFeed({ url: redis.url }), pollIntervalMs: 200 },
      ...{ maxTokenLifetimeMs: 3_600_000, maxStalenessMs: 30_000 },
    })
    opened.push(denylist)
    await eventually(async () => expect((await denylist.judge(sampleToken())).status).toBe('valid'))
    return denylist
  }
  const statusIn = async (denylist: Denylist) => (await denylist.judge(token)).status
  const everywhere = (denylists: Denylist[], status: string) =>
    eventually(async () => {
      expect(await Promise.all(denylists.map(statusIn))).toEqual(denylists.map(() => status))
    })

  /** By now the earlier log has been read, and the questions that it caused have been answered. */
  const isRead = async (app: Denylist, ...others: Denylist[]) => {
    for (const session of ['first', 'second']) {
      await app.revoke([sessionRevocation(session, circumstances())])
      const marked = sampleToken({ session })
      for (const denylist of [app, ...others]) {
        await eventually(async () => expect((await denylist.judge(marked)).status).toBe('revoked'))
      }
    }
  }

  it('makes apps, guards and strict processes accept it again, and removes its key', async () => {
    const ledger = memoryLedger()
    const [app, other] = [await open(ledger), await open(ledger)]
    const all = [app, other, await open(), await open(ledger, true)]
    const revocation = end()
    await app.revoke([revocation])
    await everywhere(all, 'revoked')
    await other.lift([liftRevocation(revocation, circumstances())])
    expect(await statusIn(other)).toBe('valid')
    await everywhere(all, 'valid')
    expect(await redis.client.exists(KEY)).toBe(0)
    await everywhere([await open(ledger), await open()], 'valid')
  })

  it('leaves a simultaneous logout in force', async () => {
    const ledger = memoryLedger()
    const [app, other, guard] = [await open(ledger), await open(ledger), await open()]
    for (let round = 0; round < 20; round += 1) {
      const [mistake, logout] = [end(), end()]
      await app.revoke([mistake])
      const lift = liftRevocation(mistake, circumstances())
      await Promise.all([app.lift([lift]), other.revoke([logout])])
      await everywhere([app, other, guard], 'revoked')
      expect(await redis.client.exists(KEY)).toBe(1)
      await app.lift([liftRevocation(logout, circumstances())])
      await everywhere([app, other, guard], 'valid')
    }
  })

  it('works when Redis is down in the meantime, and when it is refilled afterwards', async () => {
    const ledger = memoryLedger()
    const [app, other] = [await open(ledger), await open(ledger)]
    const revocation = end()
    await app.revoke([revocation])
    await everywhere([app, other], 'revoked')
    await redis.kill('SIGSTOP')
    await app.lift([liftRevocation(revocation, circumstances())])
    await everywhere([app, other], 'valid')
    await redis.kill('SIGCONT')
    await eventually(async () => expect(await redis.client.exists(KEY)).toBe(0))
    await redis.client.flushall()
    await eventually(async () => expect(await redis.client.exists('revocation:epoch')).toBe(1))
    expect(await redis.client.exists(KEY)).toBe(0)
    await everywhere([app, other, await open()], 'valid')
  })

  it('fills Redis with what is in force, in whatever order the ledger returns it', async () => {
    const ledger = memoryLedger()
    const [lifted, inForce] = [end(), sessionRevocation('other', circumstances())]
    // By a clock that was behind, so the lift comes first.
    const lift = liftRevocation(lifted, { ...circumstances(), now: lifted.revokedAt - 4_000 })
    await ledger.append([lifted, lift, inForce])
    const guard = await open(ledger)
    await eventually(async () => expect(await redis.client.exists('revocation:epoch')).toBe(1))
    expect(await redis.client.exists(KEY)).toBe(0)
    expect(await redis.client.exists('revocation:sid:other')).toBe(1)
    await everywhere([guard, await open()], 'valid')
  })

  it('leaves what is in force when another process sends the lift again', async () => {
    const ledger = memoryLedger()
    const [app, guard, strict] = [await open(ledger), await open(), await open(ledger, true)]
    const [mistake, logout] = [end(), end()]
    await app.revoke([mistake, logout])
    await everywhere([app, guard, strict], 'revoked')
    const lift = liftRevocation(mistake, circumstances())
    await app.lift([lift])
    // Like a process that reads the lift in the ledger before it came over Redis.
    await app.announce([lift])
    await eventually(() => expect(app.state.backlog).toBe(0))
    expect(await redis.client.exists(KEY)).toBe(1)
    expect(await Promise.all([app, guard, strict].map(statusIn))).toEqual(Array(3).fill('revoked'))
  })

  it('leaves a logout in force if the lifting process dies right after it sent the lift', async () => {
    const ledger = memoryLedger()
    const [app, guard] = [await open(ledger), await open()]
    const [mistake, logout] = [end(), end()]
    await app.revoke([mistake, logout])
    await everywhere([app, guard], 'revoked')
    const lift = liftRevocation(mistake, circumstances())
    const { feed, isOut } = dyingFeed(redisFeed({ url: redis.url }))
    const dying = createDenylist({
      ...{ ledger, isStrict: true, maxTokenLifetimeMs: 3_600_000, maxStalenessMs: 30_000 },
      feed,
    })
    opened.push(dying)
    void dying.lift([lift])
    await isOut
    await isRead(app, guard)
    expect(await redis.client.exists(KEY)).toBe(1)
    expect(await Promise.all([app, guard].map(statusIn))).toEqual(['revoked', 'revoked'])
  })

  it('is not believed from Redis alone by a process that can ask the ledger', async () => {
    const ledger = memoryLedger()
    const [app, other] = [await open(ledger), await open(ledger)]
    const logout = end()
    await app.revoke([logout])
    await everywhere([app, other], 'revoked')
    const forged = liftRevocation(logout, circumstances())
    await redis.client.xadd('revocation:log', '*', ...toLogEntry(forged))
    await isRead(app, other)
    expect(await Promise.all([app, other].map(statusIn))).toEqual(['revoked', 'revoked'])
  })

  it('leaves no key behind when the lifted revocation is sent later', async () => {
    const ledger = memoryLedger()
    const [app, other] = [await open(ledger), await open(ledger)]
    const mistake = end()
    await ledger.append([mistake])
    await app.lift([liftRevocation(mistake, circumstances())])
    await everywhere([app, other], 'valid')
    const late = redisFeed({ url: redis.url })
    await late.publish([mistake])
    await late.close()
    await eventually(async () => expect(await redis.client.exists(KEY)).toBe(0))
    await everywhere([app, other, await open(), await open(ledger, true)], 'valid')
  })
})

/** Publishes once, then nothing any more. `isOut` resolves in between. */
function dyingFeed(feed: Feed): { feed: Feed; isOut: Promise<void> } {
  let tell = () => {}
  const isOut = new Promise<void>((resolve) => {
    tell = resolve
  })
  let isDead = false
  const publish: Feed['publish'] = async (...args) => {
    if (isDead) throw new Error('dead')
    isDead = true
    await feed.publish(...args)
    tell()
  }
  return { feed: Object.assign(Object.create(feed), { publish }), isOut }
}
