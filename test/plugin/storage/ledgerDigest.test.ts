import { sqliteAdapter } from '@payloadcms/db-sqlite'
import { afterEach, describe, expect, it } from 'vitest'
import { isoDate } from '../../../src/core/isoDate.js'
import { MINUTE_MS } from '../../../src/core/rowDigest.js'
import { payloadLedger } from '../../../src/plugin/storage/payloadLedger.js'
import { type App, createApp } from '../../support/createApp.js'

const ROWS = 9_000
const HOUR_MS = 3_600_000

/** SQLite counts in steps, so that other code of the process runs in between. */
describe('counting the ledger on SQLite', () => {
  let app: App | undefined
  afterEach(() => app?.close())

  it.each([
    ['the whole ledger', 'expires_at', 0],
    ['what was created lately', 'id', 1],
  ] as const)('looks at each row of %s once', async (_, column, since) => {
    const queries: Query[] = []
    const logger = { logQuery: (sql: string, params: unknown[]) => queries.push({ sql, params }) }
    const adapter = { client: { url: 'file::memory:' }, logger }
    const db = sqliteAdapter(adapter as unknown as Parameters<typeof sqliteAdapter>[0])
    app = await createApp({ configure: (config) => ({ ...config, db }) })
    const { client } = app.payload.db as unknown as { client: Client }
    const now = Date.now()
    await client.execute(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
      WHERE i < ${ROWS}) INSERT INTO revocations (id, scope, subject, reason, revoked_at, expires_at)
      SELECT printf('%08x-0000-7000-8000-000000000000', i), 'token', 'jti:' || i, 'logout',
      '${isoDate(now)}', strftime('%Y-%m-%dT%H:%M:%fZ', '${isoDate(now + HOUR_MS)}', i || ' seconds')
      FROM n`)
    queries.length = 0
    const firstMinute = Math.floor(now / MINUTE_MS)
    const periods = { firstMinute, minutes: 60, count: 4, isOpen: true }
    const ledger = payloadLedger(app.payload, 'revocations')
    const digest = await ledger.digest?.({ since, until: now, periods })
    expect(digest?.reduce((sum, rows) => sum + rows)).toBe(ROWS)

    // SQLite searches by the first condition on a column, so that must be where the step begins.
    const begins = queries.flatMap(({ sql, params }) => {
      const before = sql.slice(0, sql.indexOf(`"${column}" >= ?`))
      return sql.includes('COUNT(*)') ? [params[before.split('?').length - 1]] : []
    })
    expect(begins.length).toBeGreaterThanOrEqual(ROWS / 2_000)
    expect(new Set(begins).size).toBe(begins.length)
  })
})

interface Query {
  readonly sql: string
  readonly params: readonly unknown[]
}

interface Client {
  execute(sql: string): Promise<unknown>
}
