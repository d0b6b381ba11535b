import path from 'node:path'
import type { FeedAppCommand, FeedAppReady } from './children/feedApp.js'
import type { Followed, FollowingCommand } from './children/followingProcess.js'
import { temporaryFolder } from './support/children.js'
import { type Answer, figure, Rounds } from './support/figures.js'
import { openLedger } from './support/openLedger.js'
import { startRedis } from './support/startRedis.js'
import { askNewWorker, startWorker } from './support/worker.js'

/** `BENCH_IN_FORCE` makes it smaller, for a machine that is busy. */
const SIZE = Number(process.env.BENCH_IN_FORCE ?? 500_000)
const ROUNDS = 2

const service = { id: 'bench', secret: 'a-secret-of-the-benchmark-0123456789' }

/** How long until a process without a database vouches, over HTTP and over Redis? */
export async function httpColdStart(): Promise<Answer> {
  const database = path.join(temporaryFolder(), 'app.db')
  const redis = await startRedis()
  const start = async () => {
    const app = startWorker<FeedAppCommand, FeedAppReady>('feedApp')
    return { app, ...(await app.ask({ database, redisUrl: redis.url, service })) }
  }
  const rounds = new Rounds<string>()
  try {
    // It makes the tables.
    await (await start()).app.stop()
    await redis.client.flushall()
    const store = await openLedger(database, { isNew: false })
    await store.fill(SIZE)
    await store.close()
    const { app, url } = await start()
    const ways = { 'over HTTP': url, 'from Redis': redis.url }
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [way, address] of Object.entries(ways)) {
        const command = { url: address, service }
        const { ms, known } = await askNewWorker<FollowingCommand, Followed>(
          'followingProcess',
          command,
        )
        if (known < SIZE) throw new Error(`${way}: vouched with ${known} of ${SIZE}`)
        rounds.add(way, ms)
      }
    }
    await app.stop()
  } finally {
    await redis.stop()
  }
  const size = SIZE.toLocaleString('en')
  return {
    question: 'How long until a new process without a database vouches for a token?',
    how: `Each start is a new Node.js process, from its first question to its first "valid", with ${size} ended tokens in force. One application on SQLite tells both ways, on the same machine. Checked: the process knows all of them.`,
    figures: ['over HTTP', 'from Redis'].map((way) =>
      figure(`${size} in force, ${way}`, 'ms', rounds.of(way)),
    ),
    goals: [],
  }
}
