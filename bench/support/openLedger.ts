import type { Ledger } from '../../src/core/ports.js'
import type { Revocation, Subject } from '../../src/core/revocation.js'
import { fillSqlite, inForce, type SqliteClient } from './fillLedger.js'
import { openLedgerPayload } from './ledgerPayload.js'

export interface OpenLedger {
  readonly ledger: Ledger
  /** Adds rows in force as the ledger would have written them, many at a time. */
  fill(count: number): Promise<void>
  /** The last rows of {@link fill}, read without Payload. */
  added(): AsyncIterable<readonly Revocation[]>
  /** The size of the database without its write-ahead log, in bytes. */
  bytes(): Promise<number>
  close(): Promise<void>
}

/** The ledger on an SQLite file. */
export async function openLedger(
  database: string,
  options: { isNew: boolean; onStatement?: () => void },
): Promise<OpenLedger> {
  const { payload, ledger } = await openLedgerPayload(database, options)
  const { client } = payload.db as unknown as { client: SqliteClient }
  let last = 0
  return {
    ledger,
    async fill(count) {
      const { rows } = await client.execute(
        'SELECT coalesce(max(rowid), 0) AS last FROM revocations',
      )
      last = Number(rows[0]?.last)
      await fillSqlite(client, inForce(count))
    },
    added: () => rowsAfter(client, last),
    async bytes() {
      await client.execute('PRAGMA wal_checkpoint(TRUNCATE)')
      const { rows } = await client.execute(
        'SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()',
      )
      return Number(rows[0]?.bytes)
    },
    close: () => payload.destroy(),
  }
}

const PAGE = 5_000

async function* rowsAfter(client: SqliteClient, start: number): AsyncIterable<Revocation[]> {
  for (let position = start; ; ) {
    const { rows } = await client.execute({
      sql: `SELECT rowid, id, subject, revoked_at, expires_at FROM revocations
        WHERE rowid > ?1 ORDER BY rowid LIMIT ${PAGE}`,
      args: [position],
    })
    if (rows.length === 0) return
    position = Number(rows.at(-1)?.rowid)
    yield rows.map((row) => ({
      id: String(row.id),
      scope: 'token',
      subject: String(row.subject) as Subject,
      reason: 'logout',
      revokedAt: Date.parse(String(row.revoked_at)),
      expiresAt: Date.parse(String(row.expires_at)),
    }))
  }
}
