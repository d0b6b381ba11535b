import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import type { Denylist, DenylistOptions } from '../src/core/denylist.js'
import { builtPackage } from './support/builtPackage.js'
import { temporaryFolder } from './support/children.js'
import { type Answer, atMost, type Figure, figure } from './support/figures.js'
import { openLedger } from './support/openLedger.js'
import { startRedis } from './support/startRedis.js'

const RUNS = 3
const SECONDS = 120
/** Time for work that is still running when the rest begins. */
const SETTLING_MS = 3_000

interface Kind {
  name: string
  hasRedis: boolean
  hasLedger: boolean
  options: Pick<DenylistOptions, 'restAfterMs' | 'isHeartbeatKept'>
}

const AT_REST = { restAfterMs: 1_000 }
const [WITH_REDIS, WITHOUT_REDIS, GUARD] = [
  { hasRedis: true, hasLedger: true },
  { hasRedis: false, hasLedger: true },
  { hasRedis: true, hasLedger: false },
]
const KINDS: readonly Kind[] = [
  { name: 'app with Redis, at rest', ...WITH_REDIS, options: AT_REST },
  {
    name: 'the same, heartbeatAtRest: false',
    ...WITH_REDIS,
    options: { ...AT_REST, isHeartbeatKept: false },
  },
  { name: 'app without Redis, at rest', ...WITHOUT_REDIS, options: AT_REST },
  { name: 'guard with Redis, at rest', ...GUARD, options: AT_REST },
  { name: 'app with Redis, restAfter: false', ...WITH_REDIS, options: {} },
  { name: 'app without Redis, restAfter: false', ...WITHOUT_REDIS, options: {} },
  { name: 'guard with Redis, restAfter: false', ...GUARD, options: {} },
]

/** What does an idle application ask of Redis and the database? */
export async function idleCost(): Promise<Answer> {
  const started = await Promise.all(
    KINDS.flatMap((kind) => Array.from({ length: RUNS }, () => start(kind))),
  )
  try {
    await pause(SETTLING_MS)
    const before = await Promise.all(started.map((each) => each.counts()))
    await pause(SECONDS * 1_000)
    const after = await Promise.all(started.map((each) => each.counts()))
    const figures = KINDS.flatMap((kind) => figuresOf(kind, { started, before, after }))
    const figureOf = (name: string) => figures.find((each) => each.name === name) as Figure
    return {
      question: 'What does an idle application ask of Redis and the database?',
      how: `${RUNS} processes of each kind, each with a Redis and an SQLite file of its own, judge one token and are left alone. Counted over ${SECONDS} s: the calls in Redis' own \`INFO commandstats\`, those that scripts make among them, without \`INFO\` of the measure; the statements that Payload's adapter logs. Intervals are the defaults; at rest means that no token was judged for \`restAfter\`.`,
      figures,
      goals: [
        atMost(figureOf('app with Redis, at rest: Redis commands'), 30),
        atMost(figureOf('the same, heartbeatAtRest: false: statements'), 0),
        atMost(figureOf('app without Redis, at rest: statements'), 0),
      ],
    }
  } finally {
    await Promise.all(started.map((each) => each.stop()))
  }
}

interface Counts {
  commands: number
  statements: number
}

interface Counted {
  started: readonly { kind: Kind }[]
  before: readonly Counts[]
  after: readonly Counts[]
}

function figuresOf(kind: Kind, { started, before, after }: Counted): Figure[] {
  const perMinute = (what: keyof Counts) =>
    started.flatMap((each, i) =>
      each.kind === kind
        ? [(((after[i]?.[what] ?? 0) - (before[i]?.[what] ?? 0)) * 60) / SECONDS]
        : [],
    )
  return [
    ...(kind.hasRedis
      ? [figure(`${kind.name}: Redis commands`, '/min', perMinute('commands'))]
      : []),
    ...(kind.hasLedger
      ? [figure(`${kind.name}: statements`, '/min', perMinute('statements'))]
      : []),
  ]
}

async function start(kind: Kind) {
  const { hasLedger, hasRedis, options } = kind
  const { redisFeed } = await builtPackage('redis/redisFeed')
  const { createDenylist } = await builtPackage('core/denylist')
  const redis = hasRedis ? await startRedis() : undefined
  let statements = 0
  let looks = 0
  const database = path.join(temporaryFolder(), 'app.db')
  const store = await openLedger(database, {
    isNew: true,
    onStatement() {
      statements += 1
    },
  })
  const open = (own: Partial<DenylistOptions>) =>
    createDenylist({
      ...{ maxTokenLifetimeMs: 7_200_000, maxStalenessMs: 10_000 },
      pollIntervalMs: redis ? 3_000 : 1_000,
      ...(redis && { feed: redisFeed({ url: redis.url }) }),
      ...own,
    })
  // Another process must fill the guard's Redis and vouch for it once.
  const filler = hasLedger ? undefined : open({ ledger: store.ledger })
  if (filler) await hasVouched(filler)
  const denylist = open({ ...options, ...(hasLedger && { ledger: store.ledger }) })
  await hasVouched(denylist)
  await filler?.close()
  return {
    kind,
    async counts(): Promise<Counts> {
      // Redis counts its own `INFO` when it is over, so the next one includes it.
      const commands = redis ? (await callsOf(redis.client)) - looks : 0
      looks += 1
      return { commands, statements }
    },
    async stop() {
      await denylist.close()
      await store.close()
      await redis?.stop()
    },
  }
}

/** Waits until it is complete, and so is the feed that it follows. */
async function hasVouched(denylist: Denylist) {
  const at = Date.now()
  const token = {
    ...{ id: 'idle', session: 'idle', collection: 'users', userId: '1' },
    ...{ issuedAt: at, sessionStartedAt: at, expiresAt: at + 3_600_000 },
  }
  const isWell = () => denylist.state.isFeedWell !== false
  while ((await denylist.judge(token)).status !== 'valid' || !isWell()) await pause(50)
}

async function callsOf(client: Redis): Promise<number> {
  const stats = await client.info('commandstats')
  return [...stats.matchAll(/^cmdstat_(\S+?):calls=(\d+)/gm)].reduce(
    (sum, [, , calls]) => sum + Number(calls),
    0,
  )
}
