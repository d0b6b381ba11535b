import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { AppCommand, Revoked, Sightings } from './children/appProcess.js'
import { temporaryFolder } from './support/children.js'
import { type Answer, atMost, type Figure, figure, quantile } from './support/figures.js'
import { openLedger } from './support/openLedger.js'
import { startRedis } from './support/startRedis.js'
import { startWorker, type Worker } from './support/worker.js'

const WARM_UP = { perSecond: 100, seconds: 2 }
const RATES = [
  // With fewer samples, the p99 would be their maximum.
  { perSecond: 10, seconds: 20 },
  { perSecond: 100, seconds: 4 },
  { perSecond: 1_000, seconds: 4 },
]
const OTHERS = 3
/** A token that is not refused within this time is reported as such. */
const PATIENCE_MS = 8_000
const FROM_CALL = 'refused elsewhere after the call'
const FROM_WRITE = 'refused elsewhere after the ledger has it'

export type App = Worker<AppCommand, Revoked & Sightings[]>

/** A busy stream is read in batches, which costs each process less: see `busyStream`. */
const BUSY_MS = 500

/** A token is revoked in one process: when do three others refuse it? */
export async function propagation(): Promise<Answer> {
  const redis = await startRedis()
  try {
    const withRedis = await measure('with Redis', redis.url)
    const embedded = await measure('embedded (ledger only)', undefined)
    return {
      question: 'A token is revoked in one process: when do three others refuse it?',
      how: `To the verdict "revoked" in each of ${OTHERS} other processes, on the machine's monotonic clock, from the call of revoke() and from the moment when the ledger has the row; median and range over the ${OTHERS}. Every revocation is a row that is written to a shared SQLite file (WAL) first; calls come when they are due, whether the last is done or not. ${WARM_UP.perSecond * WARM_UP.seconds} revocations before are not counted. Intervals are the defaults: the ledger is read every second, every 3 s with Redis.`,
      figures: [...withRedis, ...embedded],
      goals: withRedis
        .filter(({ name }) => name.includes('refused') && name.endsWith('p99'))
        .map((each) => atMost(each, each.name.includes(' 10/s') ? 10 : BUSY_MS)),
    }
  } finally {
    await redis.stop()
  }
}

async function measure(title: string, redisUrl: string | undefined): Promise<Figure[]> {
  const database = path.join(temporaryFolder(), 'app.db')
  const store = await openLedger(database, { isNew: true })
  await store.close()
  const apps = Array.from({ length: OTHERS + 1 }, (): App => startWorker('appProcess'))
  const [revoker, ...others] = apps
  if (!revoker) throw new Error('no process revokes')
  try {
    await Promise.all(apps.map((app) => app.ask({ do: 'start', database, redisUrl })))
    await revoker.ask({ do: 'revoke', ...WARM_UP })
    const figures: Figure[] = []
    for (const { perSecond, seconds } of RATES) {
      const revoked = await revoker.ask({ do: 'revoke', perSecond, seconds })
      const sightings = await sightingsBy(others, Object.keys(revoked.calledAt))
      const label = (what: string) => `${title}, ${perSecond.toLocaleString('en')}/s: ${what}`
      figures.push(
        ...report(revoked, sightings).map((each) => ({ ...each, name: label(each.name) })),
      )
    }
    return figures
  } finally {
    await Promise.all(apps.map((app) => app.stop()))
  }
}

/** Waits until every other process has refused all of them, or until the time is up. */
export async function sightingsBy(others: App[], ids: string[]): Promise<Sightings[]> {
  for (const start = performance.now(); ; await pause(250)) {
    const all = (await Promise.all(others.map((app) => app.ask({ do: 'report' })))).flat()
    const isOver = all.every((sightings) => ids.every((id) => sightings[id] !== undefined))
    if (isOver || performance.now() - start > PATIENCE_MS) return all
  }
}

function report({ calledAt, writtenAt, seconds }: Revoked, others: Sightings[]): Figure[] {
  const ids = Object.keys(calledAt)
  const between = (from: Sightings, to: Sightings) =>
    ids.flatMap((id) => (to[id] === undefined ? [] : [to[id] - (from[id] ?? Number.NaN)]))
  const fromCall = others.map((refusedAt) => between(calledAt, refusedAt))
  const fromWrite = others.map((refusedAt) => between(writtenAt, refusedAt))
  const quantiles = (name: string, delays: number[][]) => [
    figure(
      `${name}, p50`,
      'ms',
      delays.map((each) => quantile(each, 0.5)),
    ),
    figure(
      `${name}, p99`,
      'ms',
      delays.map((each) => quantile(each, 0.99)),
    ),
  ]
  const never = others.length * ids.length - fromCall.flat().length
  return [
    ...quantiles(FROM_CALL, fromCall),
    figure(`${FROM_CALL}, max`, 'ms', [Math.max(...fromCall.flat())]),
    ...quantiles('in the ledger', [between(calledAt, writtenAt)]),
    ...quantiles(FROM_WRITE, fromWrite),
    figure('rate reached', '/s', [ids.length / seconds]),
    ...(never > 0 ? [figure(`not refused ${PATIENCE_MS / 1_000} s later`, 'times', [never])] : []),
  ]
}
