import { type SQLiteAdapter, sqliteAdapter } from '@payloadcms/db-sqlite'
import { buildConfig, getPayload } from 'payload'
import type { Ledger } from '../../src/core/ports.js'
import type { Revocation, Subject } from '../../src/core/revocation.js'
import { builtPackage } from './builtPackage.js'

export interface OpenLedger {
  readonly ledger: Ledger
  /** Adds rows as the ledger would have written them, many at a time. */
  fill(count: number): Promise<void>
  /** The last rows of {@link fill}, read without Payload. */
  added(): AsyncIterable<readonly Revocation[]>
  /** The size of the database without its write-ahead log, in bytes. */
  bytes(): Promise<number>
  close(): Promise<void>
}

/**
 * The ledger on an SQLite file, in a Payload without the plugin. The measuring code puts only a
 * denylist on it.
 */
export async function openLedger(
  database: string,
  { isNew, onStatement }: { isNew: boolean; onStatement?: () => void },
): Promise<OpenLedger> {
  // Payload creates tables only outside production, and the same schema only once per process.
  Object.assign(process.env, { NODE_ENV: 'test', PAYLOAD_FORCE_DRIZZLE_PUSH: 'true' })
  const { ledgerCollection } = await builtPackage('plugin/storage/ledgerCollection')
  const { settingsFrom } = await builtPackage('plugin/config/settings')
  const { payloadLedger } = await builtPackage('plugin/storage/payloadLedger')
  const settings = settingsFrom({})
  const config = await buildConfig({
    collections: [{ slug: 'users', auth: true, fields: [] }, ledgerCollection(settings)],
    db: sqliteAdapter({
      client: { url: `file:${database}` },
      busyTimeout: 5_000,
      push: isNew,
      wal: true,
      ...(onStatement && { logger: { logQuery: onStatement } }),
    }),
    logger: { options: { level: 'error' } },
    email: () => ({
      name: 'silent',
      defaultFromAddress: 'bench@example.com',
      defaultFromName: 'Bench',
      sendEmail: async () => {},
    }),
    secret: 'a-secret-of-the-benchmark',
    telemetry: false,
    typescript: { autoGenerate: false },
  })
  const payload = await getPayload({ config, key: database })
  const { client } = payload.db as unknown as SQLiteAdapter
  let last = 0
  return {
    ledger: payloadLedger(payload, settings.slug),
    async fill(count) {
      const { rows } = await client.execute(
        'SELECT coalesce(max(rowid), 0) AS last FROM revocations',
      )
      last = Number(rows[0]?.last)
      await fill(client, count)
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

type Client = SQLiteAdapter['client']

const HOUR_MS = 3_600_000
const PAGE = 5_000

async function* rowsAfter(client: Client, start: number): AsyncIterable<Revocation[]> {
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

/**
 * The ids are created inside SQLite. Like ours they are time-ordered; they are spread over the last
 * hour. Every revocation is of one token.
 */
async function fill(client: Client, count: number) {
  const since = Date.now() - HOUR_MS
  const uuid = (time: string) =>
    `printf('%s-%s-7%s-8%s-%s', substr(${time}, 1, 8), substr(${time}, 9), substr(lower(hex(randomblob(2))), 2), substr(lower(hex(randomblob(2))), 2), lower(hex(randomblob(6))))`
  await client.execute({
    sql: `
      WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ?1),
      times AS MATERIALIZED (
        SELECT printf('%012x', ?2 + n * ?3 / ?1) AS hex,
          strftime('%Y-%m-%dT%H:%M:%fZ', (?2 + n * ?3 / ?1) / 1000.0, 'unixepoch') AS at
        FROM numbers
      )
      INSERT INTO revocations (id, scope, subject, reason, revoked_at, expires_at)
      SELECT ${uuid('hex')}, 'token', 'jti:' || ${uuid('hex')}, 'logout', at, ?4 FROM times`,
    args: [count, since, HOUR_MS, new Date(Date.now() + 2 * HOUR_MS).toISOString()],
  })
}
