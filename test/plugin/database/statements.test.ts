import type { PostgresAdapter } from '@payloadcms/db-postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MEMBER } from '../../support/baseConfig.js'
import { type App, createApp } from '../../support/createApp.js'
import { isAccepted } from '../../support/isAccepted.js'
import { login } from '../../support/login.js'
import { eachOperation, OPERATIONS, statementLog } from '../../support/operations.js'
import { postgresDatabase } from '../../support/postgresDatabase.js'

/** `BEGIN` and `COMMIT` included. Payload without the plugin and without sessions needs 4, 2, 5, 8, 3. */
const LIMITS = { login: 6, me: 2, refresh: 8, password: 13, logout: 5 } as const

describe('on PostgreSQL', () => {
  const log = statementLog()
  let app: App
  beforeAll(async () => {
    app = await createApp({
      postgres: postgresDatabase(),
      onStatement: log.onStatement,
      plugin: { pollInterval: 10, maxStaleness: 60 },
    })
    // Payload and the plugin do some things only once.
    await eachOperation(send, account, (_, run) => run())
  })
  afterAll(() => app?.close())

  const account = { ...MEMBER, id: 1 }
  const send = (pathname: string, init: RequestInit) =>
    app.send(new Request(`http://127.0.0.1:3000${pathname}`, init))

  it('no operation makes more statements than it needs', async () => {
    const found = new Map<string, readonly string[]>()
    await eachOperation(send, account, async (operation, run) => {
      found.set(operation, await log.of(run))
    })
    for (const operation of OPERATIONS) {
      const statements = found.get(operation) ?? []
      expect(statements.length, statements.join('\n')).toBeLessThanOrEqual(LIMITS[operation])
    }
    // The log sees the statements of operations.
    expect(found.get('login')?.length).toBeGreaterThan(3)
  })

  /** Holds what `sql` locks while `work` runs. */
  const holding = async (sql: string, work: () => Promise<void>) => {
    const { pool } = app.payload.db as unknown as PostgresAdapter
    const client = await pool.connect()
    await client.query('BEGIN')
    await client.query(sql)
    try {
      await work()
    } finally {
      await client.query('ROLLBACK')
      client.release()
    }
  }

  it('a lock on the records of sessions does not stop a logout', async () => {
    const session = await login(app)
    await holding('LOCK TABLE user_sessions IN SHARE MODE', async () => {
      const headers = session.jwt
      const { status } = await app.request('/api/users/logout', { method: 'POST', headers })
      expect(status).toBe(200)
      expect(await isAccepted(app, session)).toBe(false)
    })
    const where = { id: { equals: session.claims.sid } }
    const ended = async () =>
      (
        await app.payload.db.findOne<{ id: string; endReason?: string }>({
          collection: RECORDS,
          where,
        })
      )?.endReason
    await expect.poll(ended).toBe('logout')
  })

  it('a login does not wait for somebody who holds its account, and is recorded', async () => {
    await holding('SELECT 1 FROM users WHERE id = 1 FOR UPDATE', async () => {
      const { claims } = await login(app)
      const where = { id: { equals: claims.sid } }
      const record = await app.payload.db.findOne({ collection: RECORDS, where })
      expect(record).toMatchObject({ userId: '1', userCollection: 'users' })
    })
  })
})

const RECORDS = 'user-sessions' as 'users'
