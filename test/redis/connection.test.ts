import { spawn } from 'node:child_process'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createDenylist } from '../../src/core/denylist.js'
import { RevocationError } from '../../src/core/errors.js'
import { type RedisFeedOptions, redisFeed } from '../../src/redis/index.js'
import { eventually } from '../support/eventually.js'
import { memoryLedger } from '../support/memoryLedger.js'
import { type RedisServer, startRedis } from '../support/redisServer.js'
import { recordingFollower, sampleRevocation, sampleToken } from '../support/samples.js'

let redis: RedisServer
beforeAll(async () => {
  redis = await startRedis()
})
afterAll(() => redis?.stop())
beforeEach(() => redis.client.flushall())

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** How many connections the server has, without the test's own. */
const connections = async () =>
  String(await redis.client.client('LIST'))
    .trim()
    .split('\n').length - 1

describe('a Redis feed', () => {
  it('connects to nothing before its first use', async () => {
    const feed = redisFeed({ url: redis.url })
    // Anything that it sent would have reached the server before this command does.
    await new Promise((resolve) => setImmediate(resolve))
    await redis.client.ping()
    expect(await connections()).toBe(0)
    await feed.publish([sampleRevocation('jti:J')])
    expect(await connections()).toBeGreaterThan(0)
    await feed.close()
  })

  it('releases every connection when it is closed', async () => {
    const feed = redisFeed({ url: redis.url })
    feed.follow(recordingFollower({ restore: () => memoryLedger().read({ since: 0 }) }))
    await feed.refresh()
    await feed.close()
    await eventually(async () => expect(await connections()).toBe(0))
  })

  it('opens no connection once it is closed', async () => {
    const feed = redisFeed({ url: redis.url })
    await feed.close()
    feed.follow(recordingFollower())
    await expect(feed.publish([sampleRevocation('jti:J')])).rejects.toMatchObject({
      code: 'feed-closed',
    })
    await expect(feed.refresh()).rejects.toMatchObject({ code: 'feed-closed' })
    expect(await connections()).toBe(0)
  })

  it.each([
    ['as it comes', {}],
    ['that prefixes every key', { keyPrefix: 'app:' }],
    ['that maps replies to objects', { replyMapping: 'resp3' as const }],
    ['that speaks RESP2', { protocol: 2 as const }],
    ['that connects lazily', { lazyConnect: true }],
  ])(
    "connects as the application's own client does, %s, and never closes that",
    async (_, options) => {
      const client = new Redis(redis.port, '127.0.0.1', options)
      closing.push(() => client.disconnect())
      const [publishing, following] = [redisFeed({ client }), redisFeed({ client })]
      closing.push(
        () => publishing.close(),
        () => following.close(),
      )
      const follower = recordingFollower({ restore: () => memoryLedger().read({ since: 0 }) })
      following.follow(follower)
      await following.refresh()
      await publishing.publish([sampleRevocation('jti:J'), sampleRevocation('everyone')])
      await eventually(() => expect(follower.subjects()).toEqual(['jti:J', 'everyone']))
      expect(follower.completions.length).toBeGreaterThan(0)
      await publishing.close()
      await following.close()
      expect(await client.ping()).toBe('PONG')
      expect(await client.exists('revocation:jti:J')).toBe(1)
      await eventually(async () => expect(await connections()).toBe(1))
    },
  )

  it('accepts more ioredis options with the address', async () => {
    const feed = redisFeed({ url: redis.url, options: { connectionName: 'the-feed', db: 3 } })
    closing.push(() => feed.close())
    await feed.publish([sampleRevocation('jti:J')])
    expect(String(await redis.client.client('LIST'))).toMatch(/name=the-feed .* db=3 /)
    expect(await redis.client.exists('revocation:jti:J')).toBe(0)
  })

  it('carries a revocation from one process to another well before the ledger is read', async () => {
    const ledger = memoryLedger()
    const [one, other] = [0, 1].map(() => {
      const denylist = createDenylist({
        ledger,
        feed: redisFeed({ url: redis.url }),
        maxTokenLifetimeMs: 3_600_000,
        maxStalenessMs: 7_200_000,
        pollIntervalMs: 3_600_000,
      })
      closing.push(() => denylist.close())
      return denylist
    })
    const token = sampleToken({ id: 'T' })
    await Promise.all([one?.judge(token), other?.judge(token)])
    await one?.revoke([sampleRevocation('jti:T')])
    await eventually(() => expect(other?.verdict(token).status).toBe('revoked'))
  })

  it.each(['follow and close', 'follow only'])('lets the process end: %s', async (way) => {
    const script = `
      const { redisFeed } = await import('./src/redis/index.ts')
      const feed = redisFeed({ url: '${redis.url}' })
      const nothing = async function* () {}
      const follower = { retention: 1, learn() {}, complete() {}, report() {}, restore: nothing }
      feed.follow(follower)
      await feed.refresh()
      ${way === 'follow only' ? '' : 'await feed.close()'}
      console.log('done')
    `
    const args = ['--import', 'tsx', '--input-type=module', '--eval', script]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    closing.push(() => child.kill('SIGKILL'))
    let output = ''
    child.stdout.on('data', (chunk) => (output += String(chunk)))
    const exited = new Promise((resolve) => child.once('exit', resolve))
    expect(await exited).toBe(0)
    expect(output).toBe('done\n')
  })
})

describe('the options of a Redis feed', () => {
  const client = new Redis({ lazyConnect: true })

  it.each<[string, RedisFeedOptions]>([
    ['url', {}],
    ['url', { url: '' }],
    ['url', { url: 'http://127.0.0.1:6379' }],
    ['url', { url: '127.0.0.1:6379' }],
    ['client', { client, url: 'redis://127.0.0.1' }],
    ['client', { client, options: { db: 1 } }],
    ['prefix', { url: 'redis://127.0.0.1', prefix: '' }],
    ['keyPrefix', { url: 'redis://127.0.0.1', keyPrefix: 'a:' } as RedisFeedOptions],
    ['prefix', { url: 'redis://127.0.0.1', prefix: 5 as unknown as string }],
  ])('name `%s` when it cannot be used: %o', (option, options) => {
    let error: unknown
    try {
      redisFeed(options)
    } catch (caught) {
      error = caught
    }
    expect(error).toBeInstanceOf(RevocationError)
    expect(error).toMatchObject({ code: 'invalid-option' })
    expect((error as Error).message).toContain(`\`${option}\``)
  })

  it('never put the address, which may contain a password, into an error', () => {
    expect(() => redisFeed({ url: 'reddis://user:hunter2@127.0.0.1' })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
    )
  })
})
