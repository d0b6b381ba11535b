import { postgresAdapter } from '@payloadcms/db-postgres'
import { sqliteAdapter } from '@payloadcms/db-sqlite'
import type { Config } from 'payload'
import { afterEach, describe, expect, it } from 'vitest'
import { payloadLedger } from '../../../src/plugin/storage/payloadLedger.js'
import { type App, createApp } from '../../support/createApp.js'
import { postgresDatabase } from '../../support/postgresDatabase.js'
import { sampleRevocation } from '../../support/samples.js'

const EXPIRED = 100_000
const IN_FORCE = 1_100
const PAGE = 500

interface Query {
  readonly sql: string
  readonly params: readonly unknown[]
}

/** Reading all expired rows would take a minute for seven million rows and block the process. */
describe('reading the whole ledger, most of which has expired', () => {
  let app: App | undefined
  afterEach(() => app?.close())

  /** The queries of the pages, as the database received them. */
  const read = async (
    open: (logger: object) => Promise<App>,
    fill: (app: App) => Promise<void>,
  ) => {
    const queries: Query[] = []
    app = await open({
      logQuery: (sql: string, params: unknown[]) => void queries.push({ sql, params }),
    })
    const ledger = payloadLedger(app.payload, 'revocations')
    await ledger.append(Array.from({ length: IN_FORCE }, (_, i) => sampleRevocation(`jti:${i}`)))
    await fill(app)
    queries.length = 0
    let count = 0
    for await (const page of ledger.read({ since: 0 })) count += page.length
    expect(count).toBe(IN_FORCE)
    expect(queries).toHaveLength(Math.ceil(IN_FORCE / PAGE))
    return { app, queries }
  }

  const withDatabase = (db: Config['db']) =>
    createApp({ configure: (config) => ({ ...config, db }) })

  it('visits only the rows in force, on SQLite', async () => {
    const client = { url: 'file::memory:' }
    const { app, queries } = await read(
      (logger) => withDatabase(sqliteAdapter({ client, logger } as never)),
      async ({ payload }) => {
        const { client } = payload.db as unknown as { client: Client }
        await client.execute(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
          WHERE i < ${EXPIRED}) INSERT INTO revocations
          (id, scope, subject, reason, revoked_at, expires_at) SELECT printf('%08d-old', i),
          'token', 'jti:' || i, 'rotated', strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-90 days'),
          strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-' || (i + 3600) || ' seconds') FROM n`)
      },
    )
    const { client: asked } = app.payload.db as unknown as { client: Client }
    for (const { sql, params } of queries) {
      const { rows } = await asked.execute({ sql: `EXPLAIN QUERY PLAN ${sql}`, args: [...params] })
      const plan = rows.map(({ detail }) => detail)
      expect(plan).toContainEqual(
        expect.stringMatching(
          /^SEARCH revocations USING INDEX \w*expires_at\w* \(expires_at>\?\)$/,
        ),
      )
      // It does not sort all of them for each page either. It also looks at one row of the table.
      expect(plan.filter((step) => /TEMP B-TREE FOR ORDER BY/.test(step))).toEqual([])
      expect(plan.filter((step) => /^SCAN revocations/.test(step)).length).toBeLessThanOrEqual(1)
    }
  })

  it('visits only the rows in force, on PostgreSQL', async () => {
    const pool = { connectionString: postgresDatabase() }
    const { app, queries } = await read(
      (logger) => withDatabase(postgresAdapter({ pool, logger } as never)),
      async ({ payload }) => {
        const { pool } = payload.db as unknown as { pool: Pool }
        await pool.query(`INSERT INTO revocations
          (id, scope, subject, reason, revoked_at, expires_at) SELECT lpad(i::text, 8, '0') || '-old',
          'token', 'jti:' || i, 'rotated', now() - interval '90 days',
          now() - interval '1 hour' - i * interval '1 minute' FROM generate_series(1, ${EXPIRED}) i`)
      },
    )
    const { pool: asked } = app.payload.db as unknown as { pool: Pool }
    for (const { sql, params } of queries) {
      const explain = `EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`
      const { rows } = await asked.query(explain, [...params])
      const [explained] = rows[0]?.['QUERY PLAN'] ?? []
      expect(visited(explained?.Plan)).toBeLessThan(2 * IN_FORCE)
    }
  })
})

/** How many rows the scans of a plan visited. */
function visited(plan: Plan | undefined): number {
  if (!plan) throw new Error('no plan')
  const { Plans: inner = [], 'Actual Rows': rows, 'Actual Loops': loops } = plan
  const removed = plan['Rows Removed by Filter'] ?? 0
  const own = plan['Node Type'].endsWith('Scan') ? (rows + removed) * loops : 0
  return own + inner.reduce((sum, each) => sum + visited(each), 0)
}

interface Plan {
  'Node Type': string
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  Plans?: Plan[]
}

interface Client {
  execute(statement: string | { sql: string; args: unknown[] }): Promise<{
    rows: { detail: string }[]
  }>
}

interface Pool {
  query(sql: string, params?: unknown[]): Promise<{ rows: { 'QUERY PLAN': { Plan: Plan }[] }[] }>
}
