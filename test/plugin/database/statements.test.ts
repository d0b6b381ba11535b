import type { PostgresAdapter } from '@payloadcms/db-postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sessionRevocation, userRevocation } from '../../../src/core/makeRevocation.js'
import { uuidv7Time } from '../../../src/core/uuidv7.js'
import { runtimeOf } from '../../../src/plugin/runtime/runtimeOf.js'
import { MEMBER } from '../../support/baseConfig.js'
import { type App, createApp } from '../../support/createApp.js'
import { isAccepted } from '../../support/isAccepted.js'
import { login, loginFrom } from '../../support/login.js'
import { eachOperation, OPERATIONS, statementLog } from '../../support/operations.js'
import { postgresDatabase } from '../../support/postgresDatabase.js'
import { refresh } from '../../support/refreshing.js'

/** `BEGIN` and `COMMIT` included. Payload without the plugin and without sessions needs 4, 2, 5, 8, 3. */
const LIMITS = { login: 6, me: 2, refresh: 7, password: 11, logout: 5 } as const

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

  it('logouts that come together share statements, and each is in the record of its session', async () => {
    const sessions: Awaited<ReturnType<typeof login>>[] = []
    for (let i = 0; i < 12; i += 1) sessions.push(await login(app))
    const { denylist } = runtimeOf(app.payload)
    const { maxTokenLifetimeMs } = denylist
    const end = (sid: unknown) =>
      sessionRevocation(String(sid), { reason: 'logout', now: Date.now(), maxTokenLifetimeMs })
    const statements = await log.of(() =>
      Promise.all(sessions.map(({ claims }) => denylist.revoke([end(claims.sid)]))),
    )
    expect(statements.length, statements.join('\n')).toBeLessThanOrEqual(4)
    for (const session of sessions) {
      expect(await records(session.claims.sid)).toMatchObject({ endReason: 'logout' })
      expect(await isAccepted(app, session)).toBe(false)
    }
  })

  const records = (id: unknown) =>
    app.payload.db.findOne<{ id: string; lastRefreshedAt: string }>({
      collection: RECORDS,
      where: { id: { equals: id } },
    })

  it('a refresh renews the record of its session', async () => {
    const session = await login(app)
    const before = await records(session.claims.sid)
    const next = loginFrom((await refresh(app, session)) ?? '')
    const after = await records(session.claims.sid)
    expect(Date.parse(after?.lastRefreshedAt ?? '')).toBe(uuidv7Time(String(next.claims.jti)))
    expect(after?.lastRefreshedAt).not.toBe(before?.lastRefreshedAt)
  })

  it('a refresh ends its token even if the record of the session cannot be renewed', async () => {
    const session = await login(app)
    const { pool } = app.payload.db as unknown as PostgresAdapter
    const table = 'ALTER TABLE user_sessions'
    await pool.query(`${table} ADD CONSTRAINT broken CHECK (name = 'broken') NOT VALID`)
    try {
      expect(await refresh(app, session)).toBeDefined()
      const where = { subject: { equals: `jti:${session.claims.jti}` } }
      const { docs } = await app.payload.find({ collection: 'revocations', where })
      expect(docs).toMatchObject([{ reason: 'rotated' }])
    } finally {
      await pool.query(`${table} DROP CONSTRAINT broken`)
    }
  })

  it('the cut-off of a password change lies after every other one', async () => {
    const { denylist } = runtimeOf(app.payload)
    const later = Date.now() + 60_000
    const circumstances = { reason: 'admin', now: Date.now() } as const
    const { maxTokenLifetimeMs } = denylist
    const user = { collection: 'users', id: account.id, cutoff: later }
    await denylist.revoke([userRevocation(user, { ...circumstances, maxTokenLifetimeMs })])
    const { jwt } = await login(app)
    const change = { method: 'PATCH', headers: jwt, body: { password: account.password } }
    const { status } = await app.request('/api/users/1', change)
    expect(status).toBe(200)
    const { docs } = await app.payload.find({
      collection: 'revocations',
      where: { cutoff: { greater_than: new Date(later).toISOString() } },
      sort: 'id',
    })
    const cutoffs = docs.map(({ cutoff }) => Date.parse(String(cutoff)))
    // Within the transaction, and after its commit.
    expect(cutoffs).toEqual([later + 1, later + 2])
    const lives = docs.map(({ expiresAt }, at) => Date.parse(expiresAt) - (cutoffs[at] ?? 0))
    expect(lives[0]).toBe(lives[1])
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
