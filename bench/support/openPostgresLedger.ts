import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { Ledger } from '../../src/core/ports.js'
import { startPostgres } from '../../test/support/postgresServer.js'
import { fillPostgres, type PostgresPool, type Rows } from './fillLedger.js'
import { openLedgerPayload } from './ledgerPayload.js'

export interface PostgresLedger {
  readonly ledger: Ledger
  fill(rows: Rows): Promise<void>
  query: PostgresPool['query']
  /** What the server and its connections have cost so far. */
  costs(): { cpuMs: number; bytes: number }
  close(): Promise<void>
}

/** The ledger on a PostgreSQL of its own. */
export async function openPostgresLedger(): Promise<PostgresLedger> {
  const server = startPostgres()
  const { ledger, payload } = await openLedgerPayload(server.createDatabase(), { isNew: true })
  const { pool } = payload.db as unknown as { pool: Pool }
  const { rows } = await pool.query('SHOW data_directory')
  const folder = String(rows[0]?.data_directory)
  const postmaster = Number(readFileSync(`${folder}/postmaster.pid`, 'utf8').split('\n')[0])
  return {
    ledger,
    async fill(rows) {
      await fillPostgres(pool, rows)
      await pool.query('VACUUM ANALYZE revocations')
    },
    query: (text, values) => pool.query(text, values),
    costs: () => ({
      cpuMs: cpuMsOf(postmaster),
      bytes: pool._clients.reduce((sum, { connection }) => sum + connection.stream.bytesRead, 0),
    }),
    async close() {
      await payload.destroy()
      server.stop()
    },
  }
}

interface Pool extends PostgresPool {
  readonly _clients: readonly { connection: { stream: { bytesRead: number } } }[]
}

const TICK_MS = 1_000 / Number(execFileSync('getconf', ['CLK_TCK']))

/** The time that a server and all its processes have used, also those that have ended. */
function cpuMsOf(postmaster: number): number {
  const children = readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8')
  const running = children.trim().split(' ').map(Number)
  const ticks = [
    ...timesOf(postmaster),
    ...running.flatMap((pid) => timesOf(pid).slice(0, 2)),
  ].reduce((sum, each) => sum + each, 0)
  return ticks * TICK_MS
}

/** Its own outside of the system and in it, and the same of its children that have ended, in ticks. */
function timesOf(pid: number): number[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 15)
    .map(Number)
}
