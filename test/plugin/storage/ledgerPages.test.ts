import { inspect } from 'node:util'
import { postgresAdapter } from '@payloadcms/db-postgres'
import { sqliteAdapter } from '@payloadcms/db-sqlite'
import type { Config } from 'payload'
import { afterEach, describe, expect, it } from 'vitest'
import { payloadLedger } from '../../../src/plugin/storage/payloadLedger.js'
import { type App, createApp } from '../../support/createApp.js'
import { postgresDatabase } from '../../support/postgresDatabase.js'

const EXPIRED = 100_000
/** As many logouts record them. */
const APART = 2_300
/** As one call for many sessions records them: they expire at the same instant. */
const TOGETHER = 2_300
const IN_FORCE = APART + TOGETHER
const PAGE = { sqlite: 500, postgres: 2_000 }

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
    await fill(app)
    queries.length = 0
    const ids = new Set<string>()
    for await (const page of ledger.read({ since: 0 })) for (const { id } of page) ids.add(id)
    expect(ids.size).toBe(IN_FORCE)
    const name = app.payload.db.name as keyof typeof PAGE
    expect(queries).toHaveLength(Math.ceil(IN_FORCE / PAGE[name]))
    return { app, queries }
  }

  it('visits only the rows of a page, on SQLite', async () => {
    const client = { url: 'file::memory:' }
    const { app, queries } = await read(
      (logger) => withDatabase(sqliteAdapter({ client, logger } as never)),
      async ({ payload }) => {
        const { client } = payload.db as unknown as { client: Client }
        const add = (count: number, prefix: string, expiresIn: string) =>
          client.execute(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
            WHERE i < ${count}) INSERT INTO revocations
            (id, scope, subject, reason, revoked_at, expires_at)
            SELECT printf('${prefix}%08d', i), 'token', 'jti:${prefix}' || i, 'rotated',
            strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-90 days'),
            strftime('%Y-%m-%dT%H:%M:%fZ', 'now', ${expiresIn}) FROM n`)
        await add(EXPIRED, 'old', "'-' || (i + 3600) || ' seconds'")
        await add(APART, 'apart', "'+' || (i + 1000) || ' seconds'")
        await add(TOGETHER, 'together', "'+3600 seconds'")
      },
    )
    const { client: asked } = app.payload.db as unknown as { client: Client }
    for (const { sql, params } of queries) {
      const { rows } = await asked.execute({ sql: `EXPLAIN QUERY PLAN ${sql}`, args: [...params] })
      const plan = rows.map(({ detail }) => detail)
      expect(plan).toContainEqual(
        expect.stringMatching(/^SEARCH revocations USING INDEX expiresAt_id_idx \(.*>.*\)$/),
      )
      // It sorts nothing. It also looks at one row of the table.
      expect(plan.filter((step) => /TEMP B-TREE/.test(step))).toEqual([])
      expect(plan.filter((step) => /^SCAN revocations/.test(step)).length).toBeLessThanOrEqual(1)
    }
  })

  it('visits only the rows of a page, on PostgreSQL whose statistics know none of them', async () => {
    const pool = { connectionString: postgresDatabase() }
    const { app, queries } = await read(
      (logger) => withDatabase(postgresAdapter({ pool, logger } as never)),
      async ({ payload }) => {
        const { pool } = payload.db as unknown as { pool: Pool }
        const add = (count: number, prefix: string, expiresAt: string) =>
          pool.query(`INSERT INTO revocations
            (id, scope, subject, reason, revoked_at, expires_at)
            SELECT '${prefix}' || lpad(i::text, 8, '0'), 'token', 'jti:${prefix}' || i, 'rotated',
            now() - interval '90 days', ${expiresAt} FROM generate_series(1, ${count}) i`)
        await add(EXPIRED, 'old', "now() - interval '1 hour' - i * interval '1 minute'")
        await pool.query('ANALYZE revocations')
        await add(APART, 'apart', "now() + interval '20 minutes' + i * interval '1 second'")
        await add(TOGETHER, 'together', "now() + interval '1 hour'")
      },
    )
    const { pool: asked } = app.payload.db as unknown as { pool: Pool }
    for (const { sql, params } of queries) {
      const explain = `EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`
      const { rows } = await asked.query(explain, [...params])
      const [explained] = rows[0]?.['QUERY PLAN'] ?? []
      expect(visited(explained?.Plan)).toBeLessThan(3 * PAGE.postgres)
    }
  })
})

describe('a page of the ledger that is given up', () => {
  let app: App | undefined
  afterEach(() => app?.close())

  it('is cancelled in PostgreSQL, and not asked in another way', async () => {
    const pool = { connectionString: postgresDatabase() }
    app = await withDatabase(postgresAdapter({ pool }))
    const { pool: other } = app.payload.db as unknown as { pool: Pool }
    const holder = await other.connect()
    const ofReadings = async () => {
      const { rows } = await other.query(
        "SELECT pid FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%/* reading%' AND pid <> pg_backend_pid()",
      )
      return rows.length
    }
    try {
      await holder.query('BEGIN; LOCK TABLE revocations IN ACCESS EXCLUSIVE MODE')
      const giveUp = new AbortController()
      const ledger = payloadLedger(app.payload, 'revocations')
      const pages = ledger.read({ since: 0, signal: giveUp.signal })[Symbol.asyncIterator]()
      const page = pages.next().then(
        () => 'read',
        (error: unknown) => inspect(error),
      )
      await expect.poll(ofReadings).toBe(1)
      giveUp.abort()
      expect(await page).toContain('canceling statement')
      expect(await ofReadings()).toBe(0)
    } finally {
      await holder.query('ROLLBACK')
      holder.release()
    }
  })
})

const withDatabase = (db: Config['db']) => createApp({ configure: (config) => ({ ...config, db }) })

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

interface Connection {
  query(sql: string, params?: unknown[]): Promise<{ rows: { 'QUERY PLAN': { Plan: Plan }[] }[] }>
}

interface Pool extends Connection {
  connect(): Promise<Connection & { release(): void }>
}
