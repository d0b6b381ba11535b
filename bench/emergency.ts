import { setTimeout as pause } from 'node:timers/promises'
import type { Payload } from 'payload'
import { startPostgres } from '../test/support/postgresServer.js'
import { builtPackage } from './support/builtPackage.js'
import { type Answer, atMost, figure, quantile, ratio } from './support/figures.js'
import { watchForBlocks } from './support/longestBlock.js'
import { openPayload, READER } from './support/openPayload.js'
import { onPostgres, poolOf } from './support/postgres.js'

const COUNT = 1_000_000
const ROUNDS = 3
const LOGINS = 40

/** What does ending everybody's sessions cost where there are a million of them? */
export async function emergency(): Promise<Answer> {
  const server = startPostgres()
  const db = onPostgres(server.createDatabase())
  const payload = await openPayload('plugin', 'emergency', db)
  const { revocations } = await builtPackage('plugin/api/revocations')
  const { runtimeOf } = await builtPackage('plugin/runtime/runtimeOf')
  const runs = { call: [] as number[], block: [] as number[] }
  const logins = { calm: [] as number[], during: [] as number[] }
  try {
    await fill(payload)
    const { denylist } = runtimeOf(payload)
    while (!denylist.state.isFresh) {
      await denylist.catchUp()
      await pause(100)
    }
    await timeLogins(payload)
    for (let round = 0; round < ROUNDS; round += 1) {
      logins.calm.push(await timeLogins(payload))
      const blocks = watchForBlocks()
      const start = performance.now()
      const calling = revocations(payload)
        .revoke({ everyone: true })
        .then(() => performance.now() - start)
      logins.during.push(await timeLogins(payload))
      runs.call.push(await calling)
      runs.block.push(blocks.stop())
    }
    const call = figure('the call, until it is acknowledged', 'ms', runs.call)
    const block = figure('longest step of the event loop from then on', 'ms', runs.block)
    const slower = ratio('logins after the call / before', logins.during, logins.calm)
    return {
      question: "What does ending everybody's sessions cost, with a million of them?",
      how: `PostgreSQL, ${COUNT.toLocaleString('en')} session records and as many revocations in force, all in the index of this process. ${LOGINS} logins one after another, then the call, and ${LOGINS} logins from that moment on; ${ROUNDS} rounds.`,
      figures: [
        call,
        block,
        figure('a login before the call, p50', 'ms', logins.calm),
        figure('a login from the call on, p50', 'ms', logins.during),
        slower,
      ],
      goals: [atMost(call, 1_000), atMost(block, 20), atMost(slower, 1.2)],
    }
  } finally {
    await payload.destroy()
    server.stop()
  }
}

/** The time of one login, in milliseconds; the median. */
async function timeLogins(payload: Payload): Promise<number> {
  const times: number[] = []
  for (let i = 0; i < LOGINS; i += 1) {
    const start = performance.now()
    await payload.login({ collection: 'users', data: READER })
    times.push(performance.now() - start)
  }
  return quantile(times, 0.5)
}

/** Rows as logins and logouts of the last hour would have left them. */
async function fill(payload: Payload) {
  const pool = poolOf(payload)
  const age = `(n % 3600) * interval '1 second'`
  const hex = `lpad(to_hex((extract(epoch FROM now()) * 1000)::bigint - n % 3600000), 12, '0')`
  const id = `overlay(${hex} placing '-' from 9 for 0) || '-7' || substr(md5(n::text), 1, 3) || '-8' || substr(md5(n::text), 4, 3) || '-' || substr(md5(n::text), 7, 12)`
  const numbers = `FROM generate_series(1, ${COUNT}) n`
  await pool.query(`INSERT INTO revocations (id, scope, subject, reason, revoked_at, expires_at)
    SELECT ${id}, 'token', 'jti:' || md5('t' || n), 'logout', now() - ${age}, now() + interval '2 hours' ${numbers}`)
  await pool.query(`INSERT INTO user_sessions
      (id, user_collection, user_id, device, created_at, last_refreshed_at, expires_at)
    SELECT md5('s' || n), 'users', 'member-' || n % 100000, 'Firefox on Linux',
      now() - ${age}, now() - ${age}, now() + interval '2 hours' ${numbers}`)
  await pool.query('ANALYZE')
}
