import path from 'node:path'
import { startPostgres } from '../test/support/postgresServer.js'
import type { Vouched, VouchingCommand } from './children/vouchingProcess.js'
import { temporaryFolder } from './support/children.js'
import { type Answer, atMost, figure, Rounds, ratio, rotated } from './support/figures.js'
import {
  expired,
  fillPostgres,
  fillSqlite,
  inForce,
  type PostgresPool,
  type Rows,
  type SqliteClient,
} from './support/fillLedger.js'
import { openLedgerPayload } from './support/ledgerPayload.js'
import { askNewWorker } from './support/worker.js'

/** `BENCH_EXPIRED` makes the most smaller, for a machine that is busy. */
const MOST = Number(process.env.BENCH_EXPIRED ?? 10_000_000)
const SOME = Math.round(0.3 * MOST)
const LIVE = 100_000
const ROUNDS = 7

/** Does the time until a new process vouches depend on the rows that have expired? */
export async function expiredRows(): Promise<Answer> {
  const databases = await makeDatabases()
  const rounds = new Rounds<string>()
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const [name, database] of rotated([...databases], Math.max(0, round))) {
      const { ms, known } = await start({ database })
      if (known < LIVE) throw new Error(`${name}: vouched with ${known} of ${LIVE}`)
      // The first round brings what is read into the memory of the machine.
      if (round >= 0) rounds.add(name, ms)
    }
  }
  const against = (kind: string, count: number) =>
    ratio(
      `${kind}: ${amount(count)} expired / none`,
      rounds.of(`${kind}, ${amount(count)} expired`),
      rounds.of(`${kind}, 0 expired`),
    )
  const ratios = [against('PostgreSQL', SOME), against('PostgreSQL', MOST), against('SQLite', SOME)]
  return {
    question: 'Does the time until a new process vouches depend on the expired rows?',
    how: `${amount(LIVE)} rows in force and none, ${amount(SOME)} or ${amount(MOST)} expired ones of 90 days, in one database each. The rows were made by SQL and the tables never analyzed. Each start is a new Node.js process (Payload is up, nothing compiled yet, no Redis), from its first question to its first "valid", ${ROUNDS} interleaved rounds after one that does not count. Checked: it vouches with all that are in force.`,
    figures: [
      ...[...databases.keys()].map((name) => figure(name, 'ms', rounds.of(name))),
      ...ratios,
    ],
    goals: ratios.map((each) => atMost(each, 1.2)),
  }
}

const amount = (count: number) => count.toLocaleString('en')

async function makeDatabases(): Promise<Map<string, string>> {
  const server = startPostgres()
  const databases = new Map<string, string>()
  for (const count of [0, SOME, MOST]) {
    const database = server.createDatabase()
    const { payload } = await openLedgerPayload(database, { isNew: true })
    const { pool } = payload.db as unknown as { pool: PostgresPool }
    await fill((rows) => fillPostgres(pool, rows), count)
    await payload.destroy()
    databases.set(`PostgreSQL, ${amount(count)} expired`, database)
  }
  for (const count of [0, SOME]) {
    const database = path.join(temporaryFolder(), 'app.db')
    const { payload } = await openLedgerPayload(database, { isNew: true })
    const { client } = payload.db as unknown as { client: SqliteClient }
    await fill((rows) => fillSqlite(client, rows), count)
    await payload.destroy()
    databases.set(`SQLite, ${amount(count)} expired`, database)
  }
  return databases
}

async function fill(add: (rows: Rows) => Promise<void>, expiredCount: number) {
  if (expiredCount > 0) await add(expired(expiredCount))
  await add(inForce(LIVE))
}

const start = (command: VouchingCommand) =>
  askNewWorker<VouchingCommand, Vouched>('vouchingProcess', command)
