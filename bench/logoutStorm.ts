import { setTimeout as pause } from 'node:timers/promises'
import { startPostgres } from '../test/support/postgresServer.js'
import type { Instants, LogoutCommand, LogoutReply } from './children/logoutProcess.js'
import { type Answer, atMost, type Figure, figure, quantile } from './support/figures.js'
import { serverCpu } from './support/serverCpu.js'
import { startWorker, type Worker } from './support/worker.js'

/** `BENCH_SECONDS` makes it shorter while one works on it. */
const SECONDS = Number(process.env.BENCH_SECONDS ?? 60)
const PER_SECOND = Number(process.env.BENCH_RATE ?? 1_000)
const PATIENCE_MS = 30_000
const WARM_UP = { perSecond: 100, seconds: 3, holders: 0 }

type App = Worker<LogoutCommand, LogoutReply>

interface Storm {
  name: string
  /** Seconds between two readings of the ledger. */
  pollInterval: number
  holders: number
}

const STORMS: readonly Storm[] = [
  { name: 'as it comes', pollInterval: 1, holders: 0 },
  { name: 'pollInterval 0.25', pollInterval: 0.25, holders: 0 },
  { name: '20 requests that hold a connection', pollInterval: 1, holders: 20 },
]

/** Many users log out in one process: how late is it, and another one, without Redis? */
export async function logoutStorm(): Promise<Answer> {
  const figures: Figure[] = []
  const goals = []
  for (const storm of STORMS) {
    if (process.env.BENCH_STORM && process.env.BENCH_STORM !== storm.name) continue
    const found = await measure(storm)
    const [writer, reader, unknown, refused] = found as [Figure, Figure, Figure, Figure]
    figures.push(...found)
    if (storm.holders === 0) goals.push(atMost(writer, 3_000), atMost(reader, 3_000))
    goals.push(atMost(unknown, 0))
    if (storm.pollInterval < 0.5) goals.push(atMost(refused, 500))
  }
  return {
    question: `${PER_SECOND.toLocaleString('en')} logouts a second: how late do processes learn of them?`,
    how: `PostgreSQL and two processes on one machine, without Redis, ${SECONDS} s each. The first calls what a logout calls after Payload's own work (\`denylist.revoke\` with the session and its token: two rows, and the end in the session's record), because Payload's own part of an HTTP logout keeps one process from reaching this rate. The other only reads. Both judge a good token every 50 ms. One run each. "20 requests that hold a connection": each keeps one of the ten connections for 20 ms, again and again.`,
    figures,
    goals,
  }
}

async function measure({ name, pollInterval, holders }: Storm): Promise<Figure[]> {
  const server = startPostgres()
  const database = server.createDatabase()
  const [writer, reader]: [App, App] = [startWorker('logoutProcess'), startWorker('logoutProcess')]
  try {
    const { serverFolder } = await writer.ask({ do: 'start', database, isNew: true, pollInterval })
    await reader.ask({ do: 'start', database, isNew: false, pollInterval })
    await writer.ask({ do: 'log out', ...WARM_UP })
    await pause(2_000)
    const cpuMs = serverCpu(serverFolder)
    await reader.ask({ do: 'begin' })
    const before = cpuMs()
    const done = await writer.ask({
      ...{ do: 'log out', perSecond: PER_SECOND, seconds: SECONDS, holders },
    })
    const [here, there] = await allSeen([writer, reader], Object.keys(done.acknowledgedAt))
    const cores = (cpuMs() - before) / 1_000 / SECONDS
    return report(done, { here, there, cores }).map((each) => ({
      ...each,
      name: `${name}: ${each.name}`,
    }))
  } finally {
    await Promise.all([writer.stop(), reader.stop()])
    server.stop()
  }
}

async function allSeen([writer, reader]: [App, App], ids: readonly string[]) {
  const here = await writer.ask({ do: 'report' })
  for (const start = performance.now(); ; await pause(500)) {
    const there = await reader.ask({ do: 'report' })
    const isOver = ids.every((id) => there.refusedAt[id] !== undefined)
    if (isOver || performance.now() - start > PATIENCE_MS) return [here, there] as const
  }
}

interface Found {
  here: LogoutReply
  there: LogoutReply
  /** Of the database. */
  cores: number
}

function report(done: LogoutReply, { here, there, cores }: Found): Figure[] {
  const { acknowledgedAt, calledAt, failed } = done
  const between = (to: Instants) =>
    Object.entries(calledAt).flatMap(([id, at]) => (to[id] === undefined ? [] : [to[id] - at]))
  const acknowledged = between(acknowledgedAt)
  const refused = between(there.refusedAt)
  const one = (what: string, unit: string, value: number) => figure(what, unit, [value])
  const seconds =
    (Math.max(...[...Object.values(acknowledgedAt)].slice(-1_000)) -
      (Object.values(calledAt)[0] ?? 0)) /
    1_000
  return [
    one('largest staleness of the writer', 'ms', here.stalenessMs),
    one('largest staleness of the reader', 'ms', there.stalenessMs),
    one('good tokens without an answer', 'times', here.unknown + there.unknown),
    one('refused in the reader, p99', 'ms', quantile(refused, 0.99)),
    one('refused in the reader, p50', 'ms', quantile(refused, 0.5)),
    one('acknowledged, p50', 'ms', quantile(acknowledged, 0.5)),
    one('acknowledged, p99', 'ms', quantile(acknowledged, 0.99)),
    one('acknowledged', '/s', acknowledged.length / seconds),
    one('failed', 'times', failed),
    one('never refused in the reader', 'times', acknowledged.length - refused.length),
    one('CPU of the database', 'cores', cores),
    one("the writer's main thread", 'cores', here.mainThreadMs / 1_000 / SECONDS),
    one("the reader's main thread", 'cores', there.mainThreadMs / 1_000 / SECONDS),
    one('longest step of the writer', 'ms', here.longestBlockMs),
    one('longest step of the reader', 'ms', there.longestBlockMs),
    one('statements of the writer for each logout', '', here.statements / acknowledged.length),
    one('statements of the reader', '/s', there.statements / SECONDS),
    one('received by the reader', 'MB/s', there.bytes / 1e6 / SECONDS),
  ]
}
