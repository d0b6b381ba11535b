import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openConnection } from '../../src/redis/connection.js'
import { toLogEntry, toMark } from '../../src/redis/logEntry.js'
import { createLogReader } from '../../src/redis/logReader.js'
import { toPackedEntry } from '../../src/redis/packedEntry.js'
import { type RedisServer, startRedis } from '../support/redisServer.js'
import { sampleRevocation } from '../support/samples.js'

const LOG = 'revocation:log'
/** Several pages. */
const COUNT = 6_000

let redis: RedisServer
beforeAll(async () => {
  redis = await startRedis()
  const rules = ['on', '>secret', '~revocation:*', '+@all']
  await redis.client.acl('SETUSER', 'whole', ...rules)
  await redis.client.acl('SETUSER', 'plain', ...rules, '-eval')
})
beforeEach(async () => {
  await redis.client.flushall()
  await redis.client.config('RESETSTAT')
})
afterAll(() => redis?.stop())

const WAYS = [
  ['in one text a page', 'whole'],
  ['entry by entry, for a user who may not run scripts', 'plain'],
] as const

/** Reads it all from the beginning. `interfere` is called before the third page is asked for. */
async function readAs(username: string, interfere: () => Promise<unknown> = async () => {}) {
  const connection = openConnection({ url: redis.url, options: { username, password: 'secret' } })
  const subjects: string[] = []
  let readings = 0
  const reader = createLogReader({
    connection: {
      ...connection,
      async run(work, limitMs) {
        readings += 1
        if (readings === 3) await interfere()
        return connection.run(work, limitMs)
      },
    },
    key: LOG,
    isKnown: () => false,
    learn(revocations) {
      for (const { subject } of revocations) subjects.push(subject)
    },
  })
  try {
    await reader.readOn(0)
    return { reader, subjects }
  } finally {
    connection.close()
  }
}

const names = Array.from({ length: COUNT }, (_, i) => `jti:long-${i}` as const)

/** Adds an entry for each name, and returns their ids. */
async function addAll(): Promise<string[]> {
  const pipeline = redis.client.pipeline()
  for (const name of names) pipeline.xadd(LOG, '*', ...toLogEntry(sampleRevocation(name)))
  const replies = (await pipeline.exec()) ?? []
  return replies.map(([, id]) => String(id))
}

/** How often a command was answered. */
const answered = async (command: string) => {
  const stats = await redis.client.info('commandstats')
  return Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(stats)?.[1] ?? 0)
}

describe.each(WAYS)('a long log, read %s', (_, username) => {
  it('is handed over whole and in order', async () => {
    const ids = await addAll()
    const { reader, subjects } = await readAs(username)
    expect(subjects).toEqual(names)
    expect(reader).toMatchObject({ cursor: ids.at(-1), gone: [], unreadable: undefined })
    expect((await answered('eval')) > 0).toBe(username === 'whole')
  })

  it('may contain all kinds of entries', async () => {
    await addAll()
    const markId = await redis.client.xadd(LOG, '*', ...toMark('a-mark'))
    const packed = ['jti:packed-1', 'jti:é "quoted" \\ and / more'].map((name) =>
      sampleRevocation(name as `jti:${string}`),
    )
    await redis.client.xadd(LOG, '*', ...(await toPackedEntry(packed)))
    const later = await redis.client.xadd(LOG, '*', 'r2', 'é\n"', 'r3', '\u0000')
    const { reader, subjects } = await readAs(username)
    expect(subjects).toEqual([...names, ...packed.map(({ subject }) => subject)])
    expect(reader.hasReadSince({ mark: 'a-mark', markId: String(markId) })).toBe(true)
    expect(reader.unreadable).toBe(later)
  })

  it.each([
    ['trimmed', (id: string) => redis.client.xtrim(LOG, 'MINID', id)],
    ['emptied', () => redis.client.del(LOG)],
  ])('is known to have a gap if it is %s meanwhile', async (__, interfere) => {
    const ids = await addAll()
    const { reader } = await readAs(username, () => interfere(String(ids[COUNT - 10])))
    // The first two pages had 20 and 160 entries.
    expect(reader.gone).toContain(ids[179])
  })
})
