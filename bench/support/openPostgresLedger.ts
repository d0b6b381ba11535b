import type { Ledger } from '../../src/core/ports.js'
import { startPostgres } from '../../test/support/postgresServer.js'
import { fillPostgres, type PostgresPool, type Rows } from './fillLedger.js'
import { openLedgerPayload } from './ledgerPayload.js'
import { serverCpu, serverFolder } from './serverCpu.js'

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
  const cpuMs = serverCpu(await serverFolder(pool))
  return {
    ledger,
    async fill(rows) {
      await fillPostgres(pool, rows)
      await pool.query('VACUUM ANALYZE revocations')
    },
    query: (text, values) => pool.query(text, values),
    costs: () => ({
      cpuMs: cpuMs(),
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
