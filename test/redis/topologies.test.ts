import { execFileSync } from 'node:child_process'
import { Cluster, Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createDenylist } from '../../src/core/denylist.js'
import { redisFeed } from '../../src/redis/index.js'
import { createApp } from '../support/createApp.js'
import { eventually } from '../support/eventually.js'
import { isAccepted } from '../support/isAccepted.js'
import { login } from '../support/login.js'
import { memoryLedger } from '../support/memoryLedger.js'
import { type RedisClusterServers, startRedisCluster } from '../support/redisCluster.js'
import { type RedisSentinelServers, startRedisSentinel } from '../support/redisSentinel.js'
import { type RedisServer, startRedis } from '../support/redisServer.js'
import { sampleRevocation, sampleToken } from '../support/samples.js'
import { until } from '../support/until.js'
import { createFollowing, isComplete, learns } from './follow.js'

const following = createFollowing()
const closing: (() => unknown)[] = []
afterEach(async () => {
  await following.close()
  for (const close of closing.splice(0)) await close()
})

const calls = async (server: RedisServer, command: string) =>
  Number(
    new RegExp(`^cmdstat_${command}:calls=(\\d+)`, 'm').exec(
      await server.client.info('commandstats'),
    )?.[1] ?? 0,
  )

describe('a Cluster of three masters', () => {
  let servers: RedisClusterServers
  beforeAll(async () => {
    servers = await startRedisCluster()
  })
  afterAll(() => servers?.stop())
  afterEach(() => Promise.all(servers.nodes.map((node) => node.client.flushall())))

  const connect = () => {
    const client = new Cluster(servers.startupNodes)
    client.on('error', () => {})
    closing.push(() => client.disconnect())
    return client
  }

  it('carries revocations of every slot, also to a guard, and is filled after a flush', async () => {
    const [client, other] = [connect(), connect()]
    const { guard, ledger, send } = await following.twoProcesses({ client }, { client: other })
    const jtis = Array.from({ length: 200 }, (_, i) => `j${i}`)
    await send(...jtis)
    await learns(guard.follower, ...jtis.map((jti) => `jti:${jti}`))
    for (const { client: node } of servers.nodes) expect(await node.dbsize()).toBeGreaterThan(20)
    await ledger.append([sampleRevocation('jti:unsent'), sampleRevocation('everyone')])
    await Promise.all(servers.nodes.map((node) => node.client.flushall()))
    await learns(guard.follower, 'jti:unsent', 'everyone')
    await isComplete(guard.follower, performance.now())
  })

  it('gets back the keys of a node that lost them, though the log is on another', async () => {
    const { send } = await following.twoProcesses({ client: connect() })
    const client = connect()
    const jtis = Array.from({ length: 100 }, (_, i) => `j${i}`)
    await send(...jtis)
    const sizes = await Promise.all(
      servers.nodes.map((node) => node.client.exists('revocation:log').then(Boolean, () => false)),
    )
    const other = servers.nodes[sizes.indexOf(false)]
    await other?.restart()
    const held = () => Promise.all(jtis.map((jti) => client.exists(`revocation:jti:${jti}`)))
    await eventually(async () => expect(await held()).not.toContain(0))
  })

  it('tells nobody of a revocation whose key could not be written', async () => {
    const client = connect()
    const feed = redisFeed({ client })
    closing.push(() => feed.close())
    const letSet = (rule: '+set' | '-set') =>
      Promise.all(servers.nodes.map((node) => node.client.acl('SETUSER', 'default', rule)))
    const publish = () => feed.publish([sampleRevocation('jti:J'), sampleRevocation('sid:S')])
    await letSet('-set')
    try {
      await expect(publish()).rejects.toThrow()
    } finally {
      await letSet('+set')
    }
    expect(await client.xlen('revocation:log')).toBe(0)
    await publish()
    expect(await client.xlen('revocation:log')).toBe(2)
  })

  it('answers about single subjects if the prefix has a hash tag, and only then', async () => {
    const client = connect()
    const ledger = memoryLedger()
    const tagged = following.follow(
      { client, prefix: '{revocation}:' },
      { restore: () => ledger.read({ since: 0 }) },
    )
    await isComplete(tagged.follower, 0)
    await tagged.feed.publish([sampleRevocation('jti:J')])
    expect(await tagged.feed.find(['jti:J', 'sid:S', 'everyone'])).toHaveLength(1)
    const plain = redisFeed({ client })
    closing.push(() => plain.close())
    await expect(plain.find(['jti:J'])).rejects.toMatchObject({ code: 'feed-needs-hash-tag' })
  })

  it('carries a logout from one Payload to another', async () => {
    const feed = () => redisFeed({ client: connect(), prefix: '{revocation}:' })
    const one = await createApp({ plugin: { feed: feed() } })
    closing.push(() => one.close())
    const other = await createApp({ database: one.database, plugin: { feed: feed() } })
    closing.push(() => other.close())
    const session = await login(one)
    expect(await isAccepted(other, session)).toBe(true)
    await one.request('/api/users/logout', { method: 'POST', headers: session.jwt })
    await until('the other refuses it', async () => !(await isAccepted(other, session)))
    const { exp, jti } = session.claims
    const key = `{revocation}:jti:${jti}`
    const client = connect()
    const ttlMs = await until('its key is there', async () => {
      const ttl = await client.pttl(key)
      return ttl > 0 ? ttl : undefined
    })
    expect(Date.now() + ttlMs).toBeGreaterThanOrEqual(Number(exp) * 1_000)
  })

  it('never receives KEYS', async () => {
    const { feed, follower } = following.follow(
      { client: connect() },
      { restore: () => memoryLedger().read({ since: 0 }) },
    )
    await isComplete(follower, 0)
    await feed.publish([sampleRevocation('jti:J')])
    for (const node of servers.nodes) expect(await calls(node, 'keys')).toBe(0)
  })
})

describe('a master and a replica behind Sentinel', () => {
  let servers: RedisSentinelServers
  // A failover removes the master, so each test has its own.
  const start = async () => {
    servers = await startRedisSentinel()
    closing.push(() => servers.stop())
    return servers
  }

  const denylistWith = (ledger: ReturnType<typeof memoryLedger>) => {
    const denylist = createDenylist({
      feed: redisFeed({ options: servers.options }),
      ...{ ledger, maxTokenLifetimeMs: 3_600_000, maxStalenessMs: 60_000 },
    })
    closing.unshift(() => denylist.close())
    return denylist
  }

  it('carries revocations on after a failover', async () => {
    const { master, hasFailedOver, isInSync, options } = await start()
    const { guard, send } = await following.twoProcesses({ options })
    await send('before')
    await learns(guard.follower, 'jti:before')
    await isInSync()
    await master.kill('SIGKILL')
    const lostAt = performance.now()
    await hasFailedOver()
    await isComplete(guard.follower, lostAt + 1)
    await send('after')
    await learns(guard.follower, 'jti:after')
  })

  it.each([
    ['who had read further', true],
    ['nobody', false],
  ])(
    'loses nothing acknowledged when the replica lagged behind and %s lives',
    async (_, isAlive) => {
      const { master, replica, hasFailedOver, isInSync, options } = await start()
      const ledger = memoryLedger()
      const denylist = denylistWith(ledger)
      const early = sampleToken({ id: 'early' })
      await denylist.judge(early)
      await denylist.revoke([sampleRevocation('jti:early')])
      const guard = following.follow({ options })
      await learns(guard.follower, 'jti:early')
      await isInSync()
      // From here on the replica receives nothing, not even later from its buffers.
      await replica.kill('SIGSTOP')
      await master.client.call('client', 'KILL', 'TYPE', 'replica')
      const late = Array.from({ length: 20 }, (_, i) => `late${i}`)
      await denylist.revoke(late.map((jti) => sampleRevocation(`jti:${jti}`)))
      await learns(guard.follower, 'jti:late19')
      // The revoking process died, and so did the master. Only the ledger knows about this.
      await master.kill('SIGKILL')
      await denylist.close()
      if (!isAlive) await guard.feed.close()
      await replica.kill('SIGCONT')
      await hasFailedOver()
      expect(await replica.client.exists('revocation:jti:early')).toBe(1)
      expect(await replica.client.exists('revocation:jti:late0', 'revocation:jti:late19')).toBe(0)
      const failedOverAt = performance.now()
      const newcomer = following.follow({ options })
      await eventually(() => expect(newcomer.follower.reports.at(-1)).toBeInstanceOf(Error))
      expect(newcomer.follower.completions).toEqual([])
      await denylistWith(ledger).judge(early)
      await isComplete(newcomer.follower, failedOverAt)
      if (isAlive) await isComplete(guard.follower, failedOverAt)
      const subjects = ['jti:early', ...late.map((jti) => `jti:${jti}`)]
      expect(newcomer.follower.subjects()).toEqual(expect.arrayContaining(subjects))
      const keys = subjects.map((each) => `revocation:${each}`)
      expect(await replica.client.exists(...keys)).toBe(21)
    },
  )
})

describe('a single Redis', () => {
  it('uses TLS and accepts user and password, from options and from a client', async () => {
    const pem = execFileSync(
      'openssl',
      [
        ...[
          'req',
          '-x509',
          '-newkey',
          'rsa:2048',
          '-nodes',
          '-days',
          '2',
          '-subj',
          '/CN=localhost',
        ],
        ...['-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', '-', '-out', '-'],
      ],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    )
    const part = (kind: string) =>
      new RegExp(`-----BEGIN ${kind}-----[^]+-----END ${kind}-----`).exec(pem)?.[0] ?? ''
    const [cert, key] = [part('CERTIFICATE'), part('PRIVATE KEY')]
    const redis = await startRedis([], { tls: { cert, key, ca: cert } })
    closing.push(() => redis.stop())
    await redis.client.acl(
      'SETUSER',
      'app',
      'on',
      '>secret',
      '~revocation:*',
      '+@all',
      '-@dangerous',
    )
    await redis.client.acl('SETUSER', 'default', 'resetkeys')
    const options = {
      ...{ username: 'app', password: 'secret', tls: { ca: cert }, enableReadyCheck: false },
    }
    const client = new Redis({ ...options, port: redis.port, host: '127.0.0.1' })
    closing.unshift(() => client.disconnect())
    const { guard, send } = await following.twoProcesses({ url: redis.url, options }, { client })
    await send('one')
    await learns(guard.follower, 'jti:one')
    expect(await guard.feed.find(['jti:one', 'everyone'])).toHaveLength(1)
    const wrong = redisFeed({ url: redis.url, options: { ...options, password: 'wrong' } })
    closing.unshift(() => wrong.close())
    await expect(wrong.publish([sampleRevocation('jti:two')])).rejects.toMatchObject({
      code: 'feed-failed',
    })
    const trustless = redisFeed({ url: redis.url, options: { ...options, tls: {} } })
    closing.unshift(() => trustless.close())
    await expect(trustless.publish([sampleRevocation('jti:two')])).rejects.toMatchObject({
      code: 'feed-failed',
    })
  })

  it('never receives KEYS, SCAN, or a command that takes more than one key', async () => {
    const redis = await startRedis()
    closing.push(() => redis.stop())
    const { guard, send } = await following.twoProcesses({ url: redis.url })
    await send('one')
    await learns(guard.follower, 'jti:one')
    await guard.feed.find(['jti:one', 'everyone'])
    for (const command of ['keys', 'scan', 'mget', 'del', 'multi', 'unlink']) {
      expect(`${command} ${await calls(redis, command)}`).toMatch(/^(?:del \d+|\w+ 0)$/)
    }
  })
})
