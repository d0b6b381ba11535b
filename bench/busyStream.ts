import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Revoked } from './children/appProcess.js'
import { type App, sightingsBy } from './propagation.js'
import { EARLIER_BUILD } from './support/builtPackage.js'
import { temporaryFolder } from './support/children.js'
import { type Answer, atMost, figure, quantile, Rounds, ratio } from './support/figures.js'
import { openLedger } from './support/openLedger.js'
import { type RedisServer, startRedis } from './support/startRedis.js'
import { startWorker } from './support/worker.js'

const BUILDS = { now: undefined, ...(EARLIER_BUILD && { before: EARLIER_BUILD }) }
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3)
const WARM_UP = { perSecond: 100, seconds: 1 }
const RATES = [
  { perSecond: 10, seconds: 12 },
  { perSecond: 100, seconds: 8 },
]
/** Each has a revoker's or a reader's whole denylist, and these are in two processes. */
const READERS = 10
const PROCESSES = 2

/** What does a busy stream cost, in commands of Redis, and how late does news come? */
export async function busyStream(): Promise<Answer> {
  const rounds = new Rounds<string>()
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [when, build] of Object.entries(BUILDS)) await measure({ when, build, rounds })
  }
  const figures = RATES.flatMap(({ perSecond }) => {
    const of = (when: string, what: string) => rounds.of(label(when, perSecond, what))
    const named = (what: string, unit: string) =>
      Object.keys(BUILDS).map((when) => figure(label(when, perSecond, what), unit, of(when, what)))
    return [
      ...named(COMMANDS, 'commands'),
      ...named(ENTRIES, '×'),
      ...named(P50, 'ms'),
      ...named(P99, 'ms'),
      ...(EARLIER_BUILD
        ? [
            ratio(
              `${perSecond}/s: commands, now to before`,
              of('now', COMMANDS),
              of('before', COMMANDS),
            ),
          ]
        : []),
    ]
  })
  return {
    question: 'What does a busy stream cost Redis, and how late does news come?',
    how: `Applications with Redis and one ledger in an SQLite file: ${READERS} denylists in ${PROCESSES} processes, of which one revokes single tokens. Commands are the calls in \`INFO commandstats\` of a separate Redis, those made by scripts included, of everything that these denylists do: reading, publishing, heartbeats and checks. They are divided by the revocations and by ${READERS}. Late: from the call of revoke() to the verdict "revoked" in each other denylist. ${WARM_UP.perSecond * WARM_UP.seconds} revocations before are not counted. Before: the build of an earlier version (\`BENCH_EARLIER\`).`,
    figures,
    goals: [
      ...figures
        .filter(({ name }) => name === '100/s: commands, now to before')
        .map((each) => atMost(each, 0.2)),
      ...figures
        .filter(({ name }) => name === label('now', 10, P99))
        .map((each) => atMost(each, 20)),
      ...figures
        .filter(({ name }) => name === label('now', 100, P99))
        .map((each) => atMost(each, 100)),
    ],
  }
}

const COMMANDS = 'commands for each revocation and reader'
const ENTRIES = 'entries of the stream for each revocation'
const P50 = 'refused elsewhere after the call, p50'
const P99 = 'refused elsewhere after the call, p99'
const label = (when: string, perSecond: number, what: string) => `${when}, ${perSecond}/s: ${what}`

interface Run {
  when: string
  build: string | undefined
  rounds: Rounds<string>
}

async function measure({ when, build, rounds }: Run) {
  const redis = await startRedis()
  const database = path.join(temporaryFolder(), 'app.db')
  await (await openLedger(database, { isNew: true })).close()
  const workers = Array.from({ length: PROCESSES }, (): App => startWorker('appProcess'))
  const [revoker] = workers
  if (!revoker) throw new Error('no process revokes')
  try {
    const start = { database, redisUrl: redis.url, apps: READERS / PROCESSES, build }
    await Promise.all(workers.map((each) => each.ask({ do: 'start', ...start })))
    await revoker.ask({ do: 'revoke', ...WARM_UP })
    for (const { perSecond, seconds } of RATES) {
      await pause(1_000)
      const before = await countsOf(redis)
      const revoked: Revoked = await revoker.ask({ do: 'revoke', perSecond, seconds })
      const after = await countsOf(redis)
      const ids = Object.keys(revoked.calledAt)
      const add = (what: string, value: number) => rounds.add(label(when, perSecond, what), value)
      add(COMMANDS, (after.commands - before.commands) / ids.length / READERS)
      add(ENTRIES, (after.entries - before.entries) / ids.length)
      const late = (await sightingsBy(workers, ids))
        .slice(1)
        .flatMap((refusedAt) =>
          ids.map(
            (id) => (refusedAt[id] ?? Number.POSITIVE_INFINITY) - (revoked.calledAt[id] ?? 0),
          ),
        )
      add(P50, quantile(late, 0.5))
      add(P99, quantile(late, 0.99))
    }
  } finally {
    await Promise.all(workers.map((each) => each.stop()))
    await redis.stop()
  }
}

async function countsOf({ client }: RedisServer) {
  const stats = await client.info('commandstats')
  if (process.env.BENCH_VERBOSE) console.log(stats)
  const calls = [...stats.matchAll(/^cmdstat_[^:]+:calls=(\d+)/gm)]
  return {
    commands: calls.reduce((sum, [, count]) => sum + Number(count), 0),
    entries: await client.xlen('revocation:log'),
  }
}
