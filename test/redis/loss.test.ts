import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { toLogEntry } from '../../src/redis/logEntry.js'
import { eventually } from '../support/eventually.js'
import { memoryLedger } from '../support/memoryLedger.js'
import { startRedisCluster } from '../support/redisCluster.js'
import { type RedisServer, startRedis } from '../support/redisServer.js'
import { sampleRevocation } from '../support/samples.js'
import { createFollowing, isComplete, learns } from './follow.js'

const LOG = 'revocation:log'
const EPOCH = 'revocation:epoch'

let redis: RedisServer
const following = createFollowing()
beforeAll(async () => {
  redis = await startRedis()
  // Without INFO nobody can see that another server answers. Only missing entries show it.
  const rules = ['on', '>secret', '~revocation:*', '-@all', '+@connection', '+time']
  const reading = ['+get', '+pttl', '+xread', '+xrange']
  const writing = ['+set', '+eval', '+del', '+pexpire', '+xadd', '+xtrim']
  await redis.client.acl('SETUSER', 'plain', ...rules, ...reading, ...writing)
  await redis.client.acl('SETUSER', 'reader', ...rules, ...reading)
})
beforeEach(() => redis.client.flushall())
afterEach(() => following.close())
afterAll(() => redis?.stop())

const as = (username: string) => ({
  url: redis.url,
  // ioredis' ready check is an INFO, and it logs to the console when that is forbidden.
  options: { username, password: 'secret', enableReadyCheck: false },
})

const epochChanges = async (from: string | null) =>
  eventually(async () => expect([null, from]).not.toContain(await redis.client.get(EPOCH)))

describe('a failover to a replica that lags behind, with INFO forbidden', () => {
  it.each([
    ['', false],
    [', though newer entries came before it looked again', true],
  ])(
    'is noticed by a process that had read further%s, and healed from the ledger',
    async (_, isNewer) => {
      const { guard, ledger, send } = await following.twoProcesses(as('plain'))
      await send('replicated')
      const replica = await redis.client.dumpBuffer(LOG)
      await send('one', 'two')
      await learns(guard.follower, 'jti:two')
      const before = await redis.client.get(EPOCH)
      await ledger.append([sampleRevocation('jti:unsent')])
      const failover = redis.client.multi().restore(LOG, 0, replica, 'REPLACE')
      if (isNewer) failover.xadd(LOG, '*', ...toLogEntry(sampleRevocation('jti:newer')))
      await failover.exec()
      await epochChanges(before)
      await isComplete(guard.follower, performance.now())
      const late = following.follow(as('plain'))
      await isComplete(late.follower, 0)
      const subjects = ['jti:one', 'jti:replicated', 'jti:two', 'jti:unsent']
      expect(late.follower.subjects()).toEqual(expect.arrayContaining(subjects))
    },
  )

  it('is noticed by a process whose own entry nobody has read yet', async () => {
    const ledger = memoryLedger()
    const client = new Redis(redis.port, '127.0.0.1', as('plain').options)
    const duplicate = client.duplicate.bind(client)
    client.duplicate = (override) => {
      const own = duplicate(override)
      const call = own.call.bind(own) as (...args: unknown[]) => Promise<unknown>
      // Acknowledged by a master that died before it could tell its replica.
      own.call = ((...args: unknown[]) =>
        String(args.at(-1)).startsWith('jti:lost')
          ? Promise.resolve(`${Date.now()}-0`)
          : call(...args)) as typeof own.call
      return own
    }
    const sender = following.follow({ client }, { restore: () => ledger.read({ since: 0 }) })
    const guard = following.follow(as('plain'))
    await Promise.all([isComplete(sender.follower, 0), isComplete(guard.follower, 0)])
    const before = await redis.client.get(EPOCH)
    const lost = sampleRevocation('jti:lost')
    await sender.feed.publish([lost])
    // From now on Redis accepts it, from any sender.
    client.duplicate = duplicate
    await ledger.append([sampleRevocation('jti:healed', { id: lost.id })])
    await epochChanges(before)
    await learns(guard.follower, 'jti:healed')
    client.disconnect()
  })

  it('is noticed by a guard that reads a busy log in batches', async () => {
    const { guard, withLedger } = await following.twoProcesses(as('plain'))
    await withLedger.feed.close()
    const send = async (jti: string) => {
      await redis.client.xadd(LOG, '*', ...toLogEntry(sampleRevocation(`jti:${jti}`)))
      await learns(guard.follower, `jti:${jti}`)
    }
    // The turn begins with an entry that the replica has.
    await send('first')
    await isComplete(guard.follower, performance.now())
    for (let i = 0; i < 8; i += 1) await send(`busy-${i}`)
    const replica = await redis.client.dumpBuffer(LOG)
    await send('one')
    const newer = toLogEntry(sampleRevocation('jti:newer'))
    await redis.client
      .multi()
      .restore(LOG, 0, replica, 'REPLACE')
      .xadd(LOG, '*', ...newer)
      .exec()
    await learns(guard.follower, 'jti:newer')
    await eventually(async () => expect(await redis.client.exists(EPOCH)).toBe(0))
  })

  it.each([
    ['takes the epoch away', 'plain'],
    ['may only read', 'reader'],
  ])('never makes a guard that %s judge tokens again before Redis was filled', async (_, user) => {
    const { guard, ledger, send, withLedger } = await following.twoProcesses(as('plain'), as(user))
    await send('one')
    const replica = await redis.client.dumpBuffer(LOG)
    await send('two')
    await learns(guard.follower, 'jti:two')
    await withLedger.feed.close()
    await redis.client.restore(LOG, 0, replica, 'REPLACE')
    await eventually(() => expect(guard.follower.reports.at(-1)).toBeInstanceOf(Error))
    const claims = guard.follower.completions.length
    await expect(guard.feed.refresh()).rejects.toMatchObject({ code: 'feed-incomplete' })
    expect(guard.follower.completions).toHaveLength(claims)
    expect(await redis.client.exists(EPOCH)).toBe(user === 'reader' ? 1 : 0)
    await redis.client.del(EPOCH)
    following.follow(as('plain'), { restore: () => ledger.read({ since: 0 }) })
    await isComplete(guard.follower, performance.now())
    expect(guard.follower.subjects()).toContain('jti:two')
  })
})

describe('a log that was deleted', () => {
  it('is noticed by a process that starts afterwards', async () => {
    const { ledger, send } = await following.twoProcesses(as('plain'))
    await send('one')
    await following.close()
    await redis.client.del(LOG)
    await redis.client.xadd(LOG, '*', 'r', 'something')
    const guard = following.follow(as('plain'))
    await eventually(() => expect(guard.follower.reports.at(-1)).toBeInstanceOf(Error))
    expect(guard.follower.completions).toEqual([])
    following.follow(as('plain'), { restore: () => ledger.read({ since: 0 }) })
    await learns(guard.follower, 'jti:one')
    await isComplete(guard.follower, 0)
  })

  it('is filled again for a read-only user too', async () => {
    const { guard, send } = await following.twoProcesses(as('plain'), as('reader'))
    await send('one')
    await learns(guard.follower, 'jti:one')
    const before = await redis.client.get(EPOCH)
    await redis.client.del(LOG)
    await epochChanges(before)
    await isComplete(guard.follower, performance.now())
  })
})

describe('a follower that fell behind the trim', () => {
  it('reads the rest again, and nobody fills Redis for it', async () => {
    const retentionMs = 300
    const ledger = memoryLedger()
    const restore = () => ledger.read({ since: 0 })
    const { follower, feed } = following.follow(
      { url: redis.url },
      { restore, retention: retentionMs / 1_000 },
    )
    await isComplete(follower, 0)
    await feed.publish([sampleRevocation('jti:one')])
    await learns(follower, 'jti:one')
    const epoch = await redis.client.get(EPOCH)
    const [last] = await redis.client.xrevrange(LOG, '+', '-', 'COUNT', 1)
    await eventually(() =>
      expect(Date.now() - Number.parseInt(last?.[0] ?? '', 10)).toBeGreaterThan(400),
    )
    // As another process's trimming would do: atomically, so that no follower sees half of it.
    const two = sampleRevocation('jti:two')
    const entry = `${two.subject} ${two.expiresAt} ${two.revokedAt} admin - - ${two.id}`
    await redis.client
      .multi()
      .del(LOG)
      .xadd(LOG, `${Date.now()}-0`, 'r', entry)
      .xtrim(LOG, 'MAXLEN', 1)
      .exec()
    await learns(follower, 'jti:two')
    await isComplete(follower, performance.now())
    expect(await redis.client.get(EPOCH)).toBe(epoch)
  })
})

describe('another server process with the same content', () => {
  it('is refilled, because it may lack the latest writes', async () => {
    const durable = await startRedis(['--appendonly', 'yes', '--appendfsync', 'always'])
    try {
      const { guard, ledger, send } = await following.twoProcesses({ url: durable.url })
      await send('one')
      await learns(guard.follower, 'jti:one')
      const before = await durable.client.get(EPOCH)
      await ledger.append([sampleRevocation('jti:unsent')])
      await durable.kill('SIGKILL')
      await durable.restart()
      await learns(guard.follower, 'jti:unsent')
      await isComplete(guard.follower, performance.now())
      expect(await durable.client.get(EPOCH)).not.toBe(before)
      // The log does not grow with every filling: a mark, and an entry with both.
      expect(await durable.client.xlen(LOG)).toBe(2)
    } finally {
      await following.close()
      await durable.stop()
    }
  })
})

describe('filling Redis', () => {
  it('is done by one process while the others wait', async () => {
    const ledger = memoryLedger()
    await ledger.append(Array.from({ length: 300 }, (_, i) => sampleRevocation(`jti:${i}`)))
    const all = Array.from({ length: 5 }, () =>
      following.follow({ url: redis.url }, { restore: () => ledger.read({ since: 0 }) }),
    )
    await Promise.all(all.map(({ follower }) => isComplete(follower, 0)))
    expect(ledger.reads).toHaveLength(1)
    expect(await redis.client.exists('revocation:refilling')).toBe(0)
    for (const { follower } of all) expect(follower.learned).toHaveLength(300)
    // Asked for everything again, each hands it over, also what it has written itself.
    const start = performance.now()
    for (const { feed } of all) feed.rewind()
    await Promise.all(all.map(({ follower }) => isComplete(follower, start)))
    for (const { follower } of all) expect(follower.learned).toHaveLength(600)
  })

  it.each([
    ['a guard that starts meanwhile', false],
    ['a guard that knew what Redis has lost', true],
  ])('is read once by %s, as it goes on', async (_, isOld) => {
    const old = Array.from({ length: 10 }, (_, i) => sampleRevocation(`jti:old-${i}`))
    const ledger = memoryLedger()
    await ledger.append(old)
    const app = following.follow({ url: redis.url }, { restore: () => ledger.read({ since: 0 }) })
    let guard = following.follow({ url: redis.url })
    if (isOld) await isComplete(guard.follower, 0)
    await app.feed.close()
    await redis.client.flushall()
    if (!isOld) guard = following.follow({ url: redis.url })
    const { length: before } = guard.follower.learned
    const more = Array.from({ length: 20 }, (_, i) => sampleRevocation(`jti:more-${i}`))
    following.follow(
      { url: redis.url },
      {
        async *restore() {
          yield old
          yield more
          await learns(guard.follower, 'jti:more-0')
          yield [sampleRevocation('jti:last')]
        },
      },
    )
    const start = performance.now()
    await isComplete(guard.follower, start)
    expect(guard.follower.learned).toHaveLength(before + old.length + more.length + 1)
    expect(guard.follower.subjects()).toContain('jti:last')
  })

  it('also works through a proxy that spreads keys over servers, and takes no script on several', async () => {
    const { nodes, stop } = await startRedisCluster(1)
    try {
      const [node] = nodes
      const ledger = memoryLedger()
      await ledger.append(Array.from({ length: 300 }, (_, i) => sampleRevocation(`jti:${i}`)))
      const { follower } = following.follow(
        { url: node?.url ?? '' },
        { restore: () => ledger.read({ since: 0 }) },
      )
      await isComplete(follower, 0)
      expect(follower.learned).toHaveLength(300)
      expect(await node?.client.exists('revocation:jti:7')).toBe(1)
      expect(await node?.client.exists('revocation:jti:299')).toBe(1)
    } finally {
      await following.close()
      await stop()
    }
  })

  it('is taken over when the filling process has died', async () => {
    await redis.client.set('revocation:refilling', 'the dead', 'PX', 1_000)
    const { follower } = following.follow(
      { url: redis.url },
      { restore: () => memoryLedger().read({ since: 0 }) },
    )
    await isComplete(follower, 0)
  })
})

describe('a process that starts', () => {
  it('reads the whole log once', async () => {
    const { send } = await following.twoProcesses({ url: redis.url })
    await send(...Array.from({ length: 12_000 }, (_, i) => String(i)))
    const { feed, follower } = following.follow({ url: redis.url })
    await feed.refresh()
    expect(follower.learned).toHaveLength(12_000)
    expect(follower.completions).not.toEqual([])
  })

  it('reads the whole log once, too, if it is a filling of many pages', async () => {
    const all = Array.from({ length: 15_000 }, (_, i) => sampleRevocation(`jti:${i}`))
    const restore = async function* () {
      yield all
    }
    await isComplete(following.follow({ url: redis.url }, { restore }).follower, 0)
    // A mark, and an entry for each 500.
    expect(await redis.client.xlen(LOG)).toBe(1 + 15_000 / 500)
    const { follower } = following.follow({ url: redis.url })
    await isComplete(follower, 0)
    expect(new Set(follower.subjects())).toEqual(new Set(all.map(({ subject }) => subject)))
    expect(follower.learned).toHaveLength(15_000)
  })
})
