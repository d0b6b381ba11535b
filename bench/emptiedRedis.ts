import { setTimeout as pause } from 'node:timers/promises'
import { startPostgres } from '../test/support/postgresServer.js'
import type { Followed, FollowingCommand } from './children/followingProcess.js'
import type { Vouched, VouchingCommand } from './children/vouchingProcess.js'
import { type Answer, atMost, figure, Rounds } from './support/figures.js'
import { fillPostgres, inForce, type PostgresPool } from './support/fillLedger.js'
import { openLedgerPayload } from './support/ledgerPayload.js'
import { type RedisServer, startRedis } from './support/startRedis.js'
import { startWorker } from './support/worker.js'

/** `BENCH_IN_FORCE` makes it smaller, for a machine that is busy. */
const SIZE = Number(process.env.BENCH_IN_FORCE ?? 1_000_000)
const FLUSHES = 3
/** Both fill an empty Redis, if nothing keeps one of them from it. */
const APPS = 2
const LIMIT_MS = 240_000

/** How long does it take to fill an emptied Redis, and how long can a guard judge nothing? */
export async function emptiedRedis(): Promise<Answer> {
  const database = await makeLedger()
  const redis = await startRedis()
  const rounds = new Rounds<string>()
  const before = await usedMemory(redis)
  const apps = Array.from({ length: APPS }, () =>
    startWorker<VouchingCommand, Vouched>('vouchingProcess'),
  )
  const measure = async (when: string, begin: () => unknown) => {
    const start = performance.now()
    begin()
    const filled = untilFilled(redis).then(() => rounds.add(`${when}: filled after`, since(start)))
    const guard = await startGuard(redis)
    rounds.add(`${when}: a guard without a database vouches after`, since(start))
    await filled
    if (guard.known < SIZE) throw new Error(`The guard vouched with ${guard.known} of ${SIZE}`)
    const entries = await redis.client.xlen('revocation:log')
    rounds.add(`${when}: entries of the stream for each revocation`, entries / SIZE)
    rounds.add('in Redis for each revocation', ((await usedMemory(redis)) - before) / SIZE)
  }
  try {
    const started = Promise.all(apps.map((app) => app.ask({ database, redisUrl: redis.url })))
    await measure('empty at the start', () => {})
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
  const named = (name: string, unit: string) => figure(name, unit, rounds.of(name))
  const times = ['empty at the start', 'flushed'].flatMap((when) => [
    named(`${when}: filled after`, 's'),
    named(`${when}: a guard without a database vouches after`, 's'),
  ])
  const entries = ['empty at the start', 'flushed'].map((when) =>
    named(`${when}: entries of the stream for each revocation`, '×'),
  )
  const bytes = named('in Redis for each revocation', 'bytes')
  return {
    question: 'How long does it take to fill an emptied Redis?',
    how: `${SIZE.toLocaleString('en')} revocations in force in PostgreSQL, ${APPS} applications that read them every 3 s, and for each measure a new guard with \`maxStaleness\` of 10 s that knows Redis alone, all on the same machine as PostgreSQL and Redis. Once from an empty Redis while the applications start, then ${FLUSHES} times from \`FLUSHALL\`. Filled: Redis has its epoch. Checked: the guard knows all of them.`,
    figures: [...times, ...entries, bytes],
    goals: [
      ...times.map((each) => atMost(each, 30)),
      ...entries.map((each) => atMost(each, 1.01)),
      atMost(bytes, 170),
    ],
  }
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

/** Waits for the epoch, which is set when everything has been written. */
async function untilFilled(redis: RedisServer) {
  const end = performance.now() + LIMIT_MS
  while ((await redis.client.get('revocation:epoch')) === null) {
    if (performance.now() > end) throw new Error('Redis was not filled in time')
    await pause(20)
  }
}

async function startGuard(redis: RedisServer): Promise<Followed> {
  const guard = startWorker<FollowingCommand, Followed>('followingProcess')
  try {
    const service = { id: 'none', secret: 'none' }
    return await guard.ask({ url: redis.url, service, maxStalenessMs: 10_000 })
  } finally {
    await guard.stop()
  }
}

const usedMemory = async ({ client }: RedisServer) =>
  Number(/used_memory:(\d+)/.exec(await client.info('memory'))?.[1])
