/** One process of an application on PostgreSQL. It logs out, and notes what it learns of others. */
import type { Payload } from 'payload'
import { getPayload } from 'payload'
import type { Token } from '../../src/core/token.js'
import { payloadConfig } from '../app/payloadConfig.js'
import { builtPackage } from '../support/builtPackage.js'
import { goodTokens } from '../support/goodTokens.js'
import { watchForBlocks } from '../support/longestBlock.js'
import { mainThreadMs } from '../support/mainThreadMs.js'
import { monotonicMs } from '../support/monotonicMs.js'
import { onPostgres, poolOf } from '../support/postgres.js'
import { serverFolder } from '../support/serverCpu.js'
import { answerMessages } from '../support/worker.js'

export type LogoutCommand =
  | { do: 'start'; database: string; isNew: boolean; pollInterval: number }
  /** From now on, figures count. */
  | { do: 'begin' }
  /** `holders`: how many requests hold a connection for 20 ms, each again and again, meanwhile. */
  | { do: 'log out'; perSecond: number; seconds: number; holders: number }
  | { do: 'report' }

/** When something was seen first, by token (ms by the clock that all processes share). */
export type Instants = Record<string, number>

export interface LogoutReply {
  /** Of the database. */
  serverFolder: string
  calledAt: Instants
  /** When the call had resolved. */
  acknowledgedAt: Instants
  failed: number
  /** When the token was refused here. */
  refusedAt: Instants
  stalenessMs: number
  unknown: number
  longestBlockMs: number
  mainThreadMs: number
  statements: number
  bytes: number
}

interface Client {
  connection: { stream: { bytesRead: number } }
}

const USER_SESSIONS = `INSERT INTO user_sessions
  (id, user_collection, user_id, device, created_at, last_refreshed_at, expires_at)
  SELECT sid, 'users', '1', 'Firefox on Linux', now(), now(), now() + interval '2 hours'
  FROM unnest($1::text[]) AS sids(sid)`
const LOOK_MS = 50

const clients = new Set<Client>()
let statements = 0
let app: Awaited<ReturnType<typeof start>> | undefined
const seen = { refusedAt: {} as Instants, stalenessMs: 0, unknown: 0 }
let blocks = watchForBlocks()
const from = { mainThreadMs: 0, statements: 0, bytes: 0 }

answerMessages<LogoutCommand>(async (command) => {
  if (command.do === 'start') {
    app = await start(command)
    return { serverFolder: app.serverFolder }
  }
  if (command.do === 'begin') begin()
  if (command.do === 'log out') return logOut(command)
  return command.do === 'report' ? report() : {}
})

async function start({ database, isNew, pollInterval }: LogoutCommand & { do: 'start' }) {
  Object.assign(process.env, { NODE_ENV: isNew ? 'test' : 'production' })
  if (isNew) process.env.PAYLOAD_FORCE_DRIZZLE_PUSH = 'true'
  const { jwtRevocation } = await builtPackage('plugin/jwtRevocation')
  const { runtimeOf } = await builtPackage('plugin/runtime/runtimeOf')
  const db = onPostgres(database, () => {
    statements += 1
  })
  const plugin = jwtRevocation({ pollInterval })
  const config = await payloadConfig({ variant: 'plugin', database, plugin, db })
  const payload = await getPayload({ config })
  const pool = poolOf(payload)
  pool.on('connect', (client) => clients.add(client as unknown as Client))
  for (const client of (pool as unknown as { _clients: Client[] })._clients) clients.add(client)
  const { denylist } = runtimeOf(payload)
  await denylist.catchUp()
  denylist.listen(({ subject }) => {
    if (subject.startsWith('jti:')) seen.refusedAt[subject.slice('jti:'.length)] ??= monotonicMs()
  })
  const [good] = goodTokens(1)
  if (!good) throw new Error('no token')
  // What the gate asks. A good token must not be answered with 503.
  setInterval(async () => {
    seen.stalenessMs = Math.max(seen.stalenessMs, denylist.state.stalenessMs)
    if ((await denylist.judge(good)).status === 'unknown') seen.unknown += 1
  }, LOOK_MS)
  return { payload, denylist, serverFolder: await serverFolder(pool) }
}

const bytesRead = () =>
  [...clients].reduce((sum, { connection }) => sum + connection.stream.bytesRead, 0)

function begin() {
  blocks.stop()
  blocks = watchForBlocks()
  Object.assign(seen, { refusedAt: {}, stalenessMs: 0, unknown: 0 })
  Object.assign(from, { mainThreadMs: mainThreadMs(), statements, bytes: bytesRead() })
}

function report(): Omit<LogoutReply, 'serverFolder' | 'calledAt' | 'acknowledgedAt' | 'failed'> {
  const longestBlockMs = blocks.stop()
  blocks = watchForBlocks()
  return {
    ...seen,
    longestBlockMs,
    mainThreadMs: mainThreadMs() - from.mainThreadMs,
    statements: statements - from.statements,
    bytes: bytesRead() - from.bytes,
  }
}

/** As a crowd does: each comes when it is due, even if those before are not done. */
async function logOut({ perSecond, seconds, holders }: LogoutCommand & { do: 'log out' }) {
  const { endOfSession } = await builtPackage('plugin/triggers/endOfSession')
  if (!app) throw new Error('not started')
  const { payload, denylist } = app
  const tokens = goodTokens(perSecond * seconds)
  for (let i = 0; i < tokens.length; i += 10_000)
    await poolOf(payload).query(USER_SESSIONS, [
      tokens.slice(i, i + 10_000).map(({ session }) => session),
    ])
  begin()
  const calledAt: Instants = {}
  const acknowledgedAt: Instants = {}
  let failed = 0
  const call = async (token: Token) => {
    const { maxTokenLifetimeMs } = denylist
    calledAt[token.id] = monotonicMs()
    try {
      await denylist.revoke(
        endOfSession(token, { reason: 'logout', now: Date.now(), maxTokenLifetimeMs }),
      )
      acknowledgedAt[token.id] = monotonicMs()
    } catch {
      failed += 1
    }
  }
  const calls: Promise<void>[] = []
  const holding = hold(payload, holders)
  const begun = monotonicMs()
  while (calls.length < tokens.length) {
    const due = Math.min(tokens.length, ((monotonicMs() - begun) / 1_000) * perSecond)
    while (calls.length < due) calls.push(call(tokens[calls.length] as Token))
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  await Promise.all(calls)
  await holding.end()
  return { calledAt, acknowledgedAt, failed }
}

/** Requests of the application that use up its connections. */
function hold(payload: Payload, count: number) {
  let isOver = false
  const request = async () => {
    while (!isOver) await poolOf(payload).query('SELECT pg_sleep(0.02)')
  }
  const running = Array.from({ length: count }, request)
  return {
    async end() {
      isOver = true
      await Promise.all(running)
    },
  }
}
