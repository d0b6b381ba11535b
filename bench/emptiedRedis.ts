import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { startPostgres } from '../test/support/postgresServer.js'
import type { Followed, FollowingCommand } from './children/followingProcess.js'
import type { Vouched, VouchingCommand } from './children/vouchingProcess.js'
import { EARLIER_BUILD } from './support/builtPackage.js'
import { type Answer, atMost, figure, Rounds } from './support/figures.js'
import { fillPostgres, inForce, type PostgresPool } from './support/fillLedger.js'
import { openLedgerPayload } from './support/ledgerPayload.js'
import { type RedisServer, startRedis } from './support/startRedis.js'
import { startWorker } from './support/worker.js'

/** `BENCH_IN_FORCE` makes it smaller, for a machine that is busy. */
const SIZE = Number(process.env.BENCH_IN_FORCE ?? 1_000_000)
const FLUSHES = 2
/** Both fill an empty Redis, if nothing keeps one of them from it. */
const APPS = 2
const LIMIT_MS = 240_000

const WHENS = ['empty at the start', 'flushed']
const FILLED = 'filled after'
const GUARD = 'a guard without a database vouches after'
const LATER = 'of which it waits after the filling'
const ENTRIES = 'entries of the stream for each revocation'
const BYTES = 'in Redis for each revocation'

/** How long does it take to fill an emptied Redis, and how long can a guard judge nothing? */
export async function emptiedRedis(): Promise<Answer> {
  const database = await makeLedger()
  const now = await measureBuild(database, undefined)
  const before = EARLIER_BUILD ? await measureBuild(database, EARLIER_BUILD) : undefined
  const figuresOf = (rounds: Rounds<string>, build = '') => {
    const named = (name: string, unit: string) => figure(build + name, unit, rounds.of(name))
    const each = (what: string, unit: string) =>
      WHENS.map((when) => named(`${when}: ${what}`, unit))
    return {
      times: [...each(FILLED, 's'), ...each(GUARD, 's')],
      others: [
        ...each(LATER, 's'),
        ...each('CPU of the applications', 's'),
        ...each('CPU of Redis', 's'),
      ],
      entries: each(ENTRIES, '×'),
      bytes: named(BYTES, 'bytes'),
    }
  }
  const { times, others, entries, bytes } = figuresOf(now)
  const earlier = before ? Object.values(figuresOf(before, 'before, ')).flat() : []
  return {
    question: 'How long does it take to fill an emptied Redis?',
    how: `${SIZE.toLocaleString('en')} revocations in force in PostgreSQL, ${APPS} applications that read them every 3 s, and for each measure a new guard with \`maxStaleness\` of 10 s that knows Redis alone, all on the same machine as PostgreSQL and Redis. Once at the start of the applications, from when one of them finds Redis empty, then ${FLUSHES} times from \`FLUSHALL\`. Filled: Redis has its epoch. CPU is that of both applications together, and of Redis, until the guard vouches. Checked: the guard knows all of them. Before: the build of an earlier version (\`BENCH_EARLIER\`), in the same run.`,
    figures: [...times, ...others, ...entries, bytes, ...earlier],
    goals: [
      ...times.map((each) => atMost(each, 30)),
      ...entries.map((each) => atMost(each, 1.01)),
      atMost(bytes, 170),
    ],
  }
}

async function measureBuild(database: string, build: string | undefined) {
  const redis = await startRedis()
  const rounds = new Rounds<string>()
  const before = await usedMemory(redis)
  const apps = Array.from({ length: APPS }, () =>
    startWorker<VouchingCommand, Vouched>('vouchingProcess'),
  )
  const measure = async (when: string, begin: () => Promise<unknown>) => {
    const worker = startWorker<FollowingCommand, Followed>('followingProcess')
    await begin()
    const start = performance.now()
    const cpuBefore = cpuOf(apps, redis)
    const filled = until(redis, 'epoch').then(() => since(start))
    const service = { id: 'none', secret: 'none' }
    const guard = await worker.ask({ url: redis.url, service, maxStalenessMs: 10_000, build })
    await worker.stop()
    const vouched = since(start)
    rounds.add(`${when}: ${GUARD}`, vouched)
    rounds.add(`${when}: ${FILLED}`, await filled)
    rounds.add(`${when}: ${LATER}`, vouched - (await filled))
    if (guard.known < SIZE) throw new Error(`The guard vouched with ${guard.known} of ${SIZE}`)
    for (const [whose, seconds] of Object.entries(cpuOf(apps, redis)))
      rounds.add(`${when}: CPU of ${whose}`, seconds - (cpuBefore[whose] ?? 0))
    const entries = await redis.client.xlen('revocation:log')
    rounds.add(`${when}: ${ENTRIES}`, entries / SIZE)
    rounds.add(BYTES, ((await usedMemory(redis)) - before) / SIZE)
  }
  try {
    const started = Promise.all(
      apps.map((app) => app.ask({ database, redisUrl: redis.url, build })),
    )
    await measure('empty at the start', () => until(redis, 'refilling'))
    await started
    for (let round = 0; round < FLUSHES; round += 1) {
      // A process fills Redis for at most half of the time.
      await pause(12_000)
      await measure('flushed', () => redis.client.flushall())
    }
  } finally {
    await Promise.all(apps.map((app) => app.stop()))
    await redis.stop()
  }
  return rounds
}

/** The CPU time of the processes so far, in seconds. */
const cpuOf = (apps: readonly { pid: number }[], redis: RedisServer): Record<string, number> => ({
  'the applications': apps.reduce((sum, { pid }) => sum + cpuSeconds(pid), 0),
  Redis: cpuSeconds(redis.pid),
})

/** On Linux, whose clock ticks are hundredths of a second. */
function cpuSeconds(pid: number): number {
  const [user, system] = (
    /^\d+ \(.*\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1] ?? ''
  )
    .split(' ')
    .slice(11, 13)
  return (Number(user) + Number(system)) / 100
}

const since = (start: number) => (performance.now() - start) / 1_000

async function makeLedger(): Promise<string> {
  const database = startPostgres().createDatabase()
  const { payload } = await openLedgerPayload(database, { isNew: true })
  const { pool } = payload.db as unknown as { pool: PostgresPool }
  await fillPostgres(pool, inForce(SIZE))
  await payload.destroy()
  return database
}

/** The lock is set when a filling begins, the epoch when everything has been written. */
async function until({ client }: RedisServer, key: 'epoch' | 'refilling') {
  const end = performance.now() + LIMIT_MS
  while ((await client.get(`revocation:${key}`)) === null) {
    if (performance.now() > end) throw new Error(`Redis had no ${key} in time`)
    await pause(20)
  }
}

const usedMemory = async ({ client }: RedisServer) =>
  Number(/used_memory:(\d+)/.exec(await client.info('memory'))?.[1])
