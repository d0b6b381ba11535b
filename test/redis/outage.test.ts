import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createDenylist } from '../../src/core/denylist.js'
import type { Feed, Follower } from '../../src/core/ports.js'
import { redisFeed } from '../../src/redis/index.js'
import { toLogEntry } from '../../src/redis/logEntry.js'
import { eventually } from '../support/eventually.js'
import { memoryLedger } from '../support/memoryLedger.js'
import { waitingTimeOf } from '../support/ownTime.js'
import { type RedisServer, startRedis } from '../support/redisServer.js'
import { type RecordingFollower, recordingFollower, sampleRevocation } from '../support/samples.js'

let redis: RedisServer
beforeAll(async () => {
  redis = await startRedis()
})
afterAll(() => redis?.stop())

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  await redis.kill('SIGCONT')
  await Promise.all(closing.splice(0).map((close) => close()))
  await redis.restart()
})

function follow(options: Partial<Pick<Follower, 'restore'>> = {}) {
  const feed = redisFeed({ url: redis.url })
  const follower = recordingFollower(options)
  feed.follow(follower)
  closing.push(() => feed.close())
  return { feed, follower }
}

const learns = (follower: RecordingFollower, subject: string) =>
  eventually(() => expect(follower.subjects()).toContain(subject))

const isComplete = (follower: RecordingFollower, since: number) =>
  eventually(() => expect(follower.completions.at(-1)).toBeGreaterThanOrEqual(since))

/** A process with a database, one without, and their shared parts. */
async function twoProcesses() {
  const ledger = memoryLedger()
  const withLedger = follow({ restore: () => ledger.read({ since: 0 }) })
  const guard = follow()
  await Promise.all([isComplete(withLedger.follower, 0), isComplete(guard.follower, 0)])
  const send = async (feed: Feed, jti: string) => {
    const revocation = sampleRevocation(`jti:${jti}`)
    await ledger.append([revocation])
    await feed.publish([revocation])
  }
  return { guard, ledger, send, withLedger }
}

const epoch = () => redis.client.get('revocation:epoch')

describe('a Redis that holds nothing yet', () => {
  it('lets no process without a ledger believe that nothing is revoked', async () => {
    const { feed, follower } = follow()
    await expect(feed.refresh()).rejects.toThrow()
    await expect(feed.refresh()).rejects.toThrow()
    expect(follower.completions).toEqual([])
    expect(follower.reports.every((each) => each instanceof Error)).toBe(true)
    expect(await epoch()).toBeNull()
  })

  it('is filled from the ledger by the first process that has one', async () => {
    const ledger = memoryLedger()
    await ledger.append([sampleRevocation('jti:old'), sampleRevocation('user:users:1')])
    const guard = follow()
    const { follower } = follow({ restore: () => ledger.read({ since: 0 }) })
    await isComplete(follower, 0)
    await isComplete(guard.follower, 0)
    expect(guard.follower.subjects().sort()).toEqual(['jti:old', 'user:users:1'])
    expect(await redis.client.exists('revocation:jti:old')).toBe(1)
  })

  it('gets one epoch when many processes fill it at the same time', async () => {
    const ledger = memoryLedger()
    await ledger.append(Array.from({ length: 300 }, (_, i) => sampleRevocation(`jti:${i}`)))
    const all = Array.from({ length: 5 }, () =>
      follow({ restore: () => ledger.read({ since: 0 }) }),
    )
    await Promise.all(all.map(({ follower }) => isComplete(follower, 0)))
    const first = await epoch()
    expect(first).not.toBeNull()
    const start = performance.now()
    await Promise.all(all.map(({ follower }) => isComplete(follower, start)))
    expect(await epoch()).toBe(first)
    for (const { follower } of all) expect(follower.subjects()).toHaveLength(300)
  })
})

describe('a Redis that lost its content', () => {
  it('by FLUSHALL is refilled, with another epoch, and a guard learns everything', async () => {
    const { guard, ledger, send, withLedger } = await twoProcesses()
    await send(withLedger.feed, 'before')
    await learns(guard.follower, 'jti:before')
    const firstEpoch = await epoch()
    // The process that recorded this one died before it could send it.
    await ledger.append([sampleRevocation('jti:unsent')])
    await redis.client.flushall()
    await eventually(async () => expect([null, firstEpoch]).not.toContain(await epoch()))
    await eventually(async () => expect(await redis.client.exists('revocation:jti:before')).toBe(1))
    await learns(guard.follower, 'jti:unsent')
    const refilledAt = performance.now()
    await isComplete(guard.follower, refilledAt)
    await send(withLedger.feed, 'after')
    await learns(guard.follower, 'jti:after')
  })

  it('by kill -9 and an empty restart is refilled, and a guard goes on', async () => {
    const { guard, ledger, send, withLedger } = await twoProcesses()
    await send(withLedger.feed, 'before')
    await redis.kill('SIGKILL')
    const lostAt = performance.now()
    await eventually(() => expect(guard.follower.reports.at(-1)).toBeInstanceOf(Error))
    await ledger.append([sampleRevocation('jti:meanwhile')])
    await redis.restart()
    await learns(guard.follower, 'jti:meanwhile')
    await isComplete(guard.follower, lostAt + 1)
    expect(guard.follower.reports.at(-1)).toBeUndefined()
    expect(await redis.client.exists('revocation:jti:before')).toBe(1)
  })

  it('stops a guard without a ledger from judging tokens until it is refilled', async () => {
    const { guard, ledger, withLedger } = await twoProcesses()
    await withLedger.feed.close()
    await redis.client.flushall()
    await eventually(() => expect(guard.follower.reports.at(-1)).toBeInstanceOf(Error))
    const claims = guard.follower.completions.length
    await expect(guard.feed.refresh()).rejects.toThrow()
    expect(guard.follower.completions).toHaveLength(claims)
    await ledger.append([sampleRevocation('jti:unsent')])
    follow({ restore: () => ledger.read({ since: 0 }) })
    await learns(guard.follower, 'jti:unsent')
    await eventually(() => expect(guard.follower.completions.length).toBeGreaterThan(claims))
  })

  it('during a filling gets no epoch from the interrupted filling', async () => {
    const ledger = memoryLedger()
    await ledger.append([sampleRevocation('jti:first'), sampleRevocation('jti:second')])
    let fillings = 0
    const { follower } = follow({
      restore: async function* () {
        fillings += 1
        for (const each of await ledger.find(['jti:first', 'jti:second'])) {
          yield [each]
          if (fillings === 1 && each.subject === 'jti:first') await redis.client.flushall()
        }
      },
    })
    const guard = follow()
    await isComplete(guard.follower, 0)
    expect(fillings).toBeGreaterThan(1)
    expect(guard.follower.subjects()).toContain('jti:first')
    expect(await redis.client.exists('revocation:jti:first', 'revocation:jti:second')).toBe(2)
    await isComplete(follower, 0)
  })
})

describe('a Redis that lost its content at a bad moment', () => {
  it('does not count as complete when that was just before the epoch was set', async () => {
    const ledger = memoryLedger()
    await ledger.append([sampleRevocation('jti:first'), sampleRevocation('jti:second')])
    const client = new Redis(redis.port, '127.0.0.1')
    let flushes = 0
    const duplicate = client.duplicate.bind(client)
    client.duplicate = (override) => {
      const own = duplicate(override)
      const set = own.set.bind(own) as unknown as (...args: string[]) => unknown
      own.set = (async (...args: string[]) => {
        if (args[0] === 'revocation:epoch') flushes += 1
        if (args[0] === 'revocation:epoch' && flushes === 1) {
          const [mark] = await redis.client.xrange('revocation:log', '-', '+')
          await redis.client.flushall()
          // What another process sends in that millisecond gets the id that the mark had.
          await redis.client.xadd('revocation:log', mark?.[0] ?? '', 'another', 'entry')
        }
        return set(...args)
      }) as unknown as typeof own.set
      return own
    }
    const feed = redisFeed({ client })
    closing.push(async () => {
      await feed.close()
      client.disconnect()
    })
    const follower = recordingFollower({ restore: () => ledger.read({ since: 0 }) })
    feed.follow(follower)
    await isComplete(follower, 0)
    expect(flushes).toBe(2)
    expect(await redis.client.exists('revocation:jti:first', 'revocation:jti:second')).toBe(2)
  })

  it('is read from its beginning when its clock is behind the earlier one', async () => {
    const { guard, ledger } = await twoProcesses()
    const future = Date.now() + 3_600_000
    const fields = toLogEntry(sampleRevocation('jti:future'))
    await redis.client.xadd('revocation:log', `${future}-0`, ...fields)
    await learns(guard.follower, 'jti:future')
    await ledger.append([sampleRevocation('jti:unsent')])
    await redis.client.flushall()
    await learns(guard.follower, 'jti:unsent')
  })
})

describe('a Redis that does not answer', () => {
  const open = () => {
    const denylist = createDenylist({
      ledger: memoryLedger(),
      feed: redisFeed({ url: redis.url }),
      maxTokenLifetimeMs: 3_600_000,
      maxStalenessMs: 10_000,
    })
    closing.push(() => denylist.close())
    return denylist
  }

  it('makes publishing fail when it is dead', async () => {
    await redis.kill('SIGKILL')
    const feed = redisFeed({ url: redis.url })
    closing.push(() => feed.close())
    await expect(feed.publish([sampleRevocation('jti:J')])).rejects.toBeInstanceOf(Error)
  })

  it('makes publishing fail within its time limit when it is frozen', async () => {
    const feed = redisFeed({ url: redis.url })
    closing.push(() => feed.close())
    await feed.publish([sampleRevocation('jti:J')])
    await redis.kill('SIGSTOP')
    const publishing = feed.publish([sampleRevocation('jti:K')])
    expect(await waitingTimeOf(expect(publishing).rejects.toBeInstanceOf(Error))).toBeLessThan(
      2_000,
    )
  })

  for (const [state, signal] of [
    ['dead', 'SIGKILL'],
    ['frozen', 'SIGSTOP'],
  ] as const) {
    it(`does not delay revoking when it was ${state} from the start`, async () => {
      await redis.kill(signal)
      const denylist = open()
      for (const subject of ['jti:one', 'jti:two', 'user:users:1'] as const) {
        const ms = await waitingTimeOf(denylist.revoke([sampleRevocation(subject)]))
        expect(ms).toBeLessThan(150)
      }
    })

    it(`does not delay revoking when it is ${state} now, and gets it all later`, async () => {
      const denylist = open()
      await denylist.revoke([sampleRevocation('jti:zero')])
      await redis.kill(signal)
      for (const subject of ['jti:one', 'jti:two', 'jti:three'] as const) {
        expect(await waitingTimeOf(denylist.revoke([sampleRevocation(subject)]))).toBeLessThan(150)
      }
      if (signal === 'SIGSTOP') await redis.kill('SIGCONT')
      else await redis.restart()
      const keys = ['zero', 'one', 'two', 'three'].map((each) => `revocation:jti:${each}`)
      await eventually(async () => expect(await redis.client.exists(...keys)).toBe(4))
    })
  }
})
