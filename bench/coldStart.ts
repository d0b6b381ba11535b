import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Denylist } from '../src/core/denylist.js'
import { startPostgres } from '../test/support/postgresServer.js'
import type { Vouched, VouchingCommand } from './children/vouchingProcess.js'
import { builtPackage, EARLIER_BUILD } from './support/builtPackage.js'
import { temporaryFolder } from './support/children.js'
import { type Answer, atMost, figure, Rounds } from './support/figures.js'
import { fillPostgres, inForce, type PostgresPool } from './support/fillLedger.js'
import { fillStream } from './support/fillStream.js'
import { openLedgerPayload } from './support/ledgerPayload.js'
import { type OpenLedger, openLedger } from './support/openLedger.js'
import { type RedisServer, startRedis } from './support/startRedis.js'
import { askNewWorker } from './support/worker.js'

/** `BENCH_IN_FORCE` makes the most larger, up to 10 million, which may take 20 seconds. */
const MOST = Number(process.env.BENCH_IN_FORCE ?? 500_000)
const SIZES = [0, 10_000, 100_000, MOST]
const WAYS = ['from Redis', 'from the ledger', 'from the ledger on PostgreSQL'] as const
/** The same with the largest number, when Redis was emptied and an application has filled it. */
const REFILLED = 'from a refilled Redis'
/** By the build of an earlier version, with the largest number. */
const BEFORE = 'from Redis, before'
type Way = (typeof WAYS)[number] | typeof REFILLED | typeof BEFORE

/**
 * How long until a new process can tell that a token is valid, with this many revocations in force?
 */
export async function coldStart(): Promise<Answer> {
  const database = path.join(temporaryFolder(), 'app.db')
  const store = await openLedger(database, { isNew: true })
  const postgres = startPostgres()
  const addressOfPostgres = postgres.createDatabase()
  const { payload: onPostgres } = await openLedgerPayload(addressOfPostgres, { isNew: true })
  const { pool } = onPostgres.db as unknown as { pool: PostgresPool }
  const redis = await startRedis()
  let neighbour = await openNeighbour(store, redis)
  const sources: Record<Way, VouchingCommand> = {
    'from Redis': { database, redisUrl: redis.url },
    [REFILLED]: { database, redisUrl: redis.url },
    [BEFORE]: { database, redisUrl: redis.url, build: EARLIER_BUILD },
    'from the ledger': { database },
    'from the ledger on PostgreSQL': { database: addressOfPostgres },
  }
  const rounds = new Rounds<string>()
  const measure = async (size: number, way: Way) => {
    const { ms, known, longestBlockMs } = await start(sources[way])
    if (known < size) throw new Error(`${way}: vouched with ${known} of ${size}`)
    rounds.add(`${size.toLocaleString('en')} in force, ${way}`, ms)
    rounds.add(`${size.toLocaleString('en')} in force, ${way}: longest block`, longestBlockMs)
  }
  try {
    let before = 0
    for (const size of SIZES) {
      const count = size - before
      if (count > 0) {
        // It would send again what it finds in the ledger before it is in the stream.
        await neighbour.close()
        await grow({ store, redis, count })
        neighbour = await openNeighbour(store, redis)
        await fillPostgres(pool, inForce(count))
      }
      before = size
      await hasLearned(neighbour, size)
      for (let round = 0; round < (size < 100_000 ? 1 : 2); round += 1) {
        for (const way of WAYS) await measure(size, way)
        if (EARLIER_BUILD && size === MOST) await measure(size, BEFORE)
      }
    }
    await redis.client.flushall()
    await hasRefilled(redis)
    for (let round = 0; round < 2; round += 1) await measure(MOST, REFILLED)
  } finally {
    await neighbour.close()
    await redis.stop()
    await store.close()
    await onPostgres.destroy()
    postgres.stop()
  }
  const figures = ['', ': longest block'].flatMap((what) =>
    [...WAYS, REFILLED, ...(EARLIER_BUILD ? [BEFORE] : [])].flatMap((way) =>
      SIZES.map((size) => `${size.toLocaleString('en')} in force, ${way}${what}`)
        .filter((name) => rounds.of(name).length > 0)
        .map((name) => figure(name, 'ms', rounds.of(name))),
    ),
  )
  const largest = `${MOST.toLocaleString('en')} in force`
  // Among millions the goal is that of a start from Redis.
  const isHuge = MOST > 500_000
  const goalsFor: readonly string[] = isHuge ? ['from Redis', REFILLED] : [...WAYS, REFILLED]
  return {
    question: 'How long until a new process vouches for a token?',
    how: `Each start is a new Node.js process (Payload is up, nothing compiled yet), from its first question to its first "valid", SQLite ledger with the same revocations in Redis, or PostgreSQL with as many, one ended token each, spread over the last hour, two hours from logout to expiry; twice from 100,000 on. With Redis another process is up, as after a deployment or beside a new instance, which reads the ledger every 3 s and vouches for what Redis holds; else the ledger is read whole as well. Checked: it vouches with all of them. Before: the build of an earlier version (\`BENCH_EARLIER\`).`,
    figures,
    goals: figures
      .filter(({ name }) => goalsFor.some((way) => name === `${largest}, ${way}`))
      .map((each) => atMost(each, isHuge ? 20_000 : 3_000)),
  }
}

const start = (command: VouchingCommand) =>
  askNewWorker<VouchingCommand, Vouched>('vouchingProcess', command)

/** Another process of the application. It vouches in Redis for the content of the ledger. */
async function openNeighbour({ ledger }: OpenLedger, redis: RedisServer): Promise<Denylist> {
  const { createDenylist } = await builtPackage('core/denylist')
  const { redisFeed } = await builtPackage('redis/redisFeed')
  const neighbour = createDenylist({
    ...{ ledger, feed: redisFeed({ url: redis.url }) },
    ...{ maxTokenLifetimeMs: 7_200_000, maxStalenessMs: 10_000, pollIntervalMs: 3_000 },
  })
  neighbour.follow()
  return neighbour
}

/** Waits until an application has filled it again and has vouched for that. */
async function hasRefilled({ client }: RedisServer) {
  while ((await client.exists('revocation:epoch', 'revocation:heartbeat')) < 2) await pause(100)
}

/** Waits until it has read the ledger. */
async function hasLearned(neighbour: Denylist, size: number) {
  while (neighbour.state.size.token < size) await pause(100)
  const learnedAt = performance.now()
  while (neighbour.state.stalenessMs > performance.now() - learnedAt) await pause(100)
  await pause(100)
}

interface Growth {
  store: OpenLedger
  redis: RedisServer
  count: number
}

/** Adds rows to the ledger, and from there to the stream. */
async function grow({ store, redis, count }: Growth) {
  await store.fill(count)
  for await (const page of store.added()) await fillStream(redis.client, page)
}
