import { createLocalReq, refreshOperation } from 'payload'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { uuidv7Time } from '../../../src/core/uuidv7.js'
import { revocations } from '../../../src/index.js'
import { countActive, renameSession } from '../../../src/plugin/sessions/userSessions.js'
import { payloadLedger } from '../../../src/plugin/storage/payloadLedger.js'
import { ADMIN } from '../../support/baseConfig.js'
import { breakStatements } from '../../support/breakStatements.js'
import { BROWSERS } from '../../support/browsers.js'
import { type App, createApp } from '../../support/createApp.js'
import { isAccepted } from '../../support/isAccepted.js'
import { claimsOf, type Login, login, loginFrom } from '../../support/login.js'
import { onEachDatabaseByNumber } from '../../support/onEachDatabase.js'
import { sampleRevocation } from '../../support/samples.js'
import { withUsers } from '../../support/withUsers.js'

const HOUR = 3_600_000

interface Row extends Record<string, unknown> {
  id: string
  endReason?: string | null
}

const open = withUsers((users) => ({
  ...users,
  trash: true,
  access: { read: () => true, update: () => true, delete: () => true },
}))

onEachDatabaseByNumber('the record of a session', (database) => {
  let app: App
  let admin: Login
  let count = 0
  beforeAll(async () => {
    app = await createApp({
      ...database(),
      isDefault: true,
      configure: open,
      plugin: { trustProxy: 1 },
    })
    await app.payload.create({ collection: 'users', data: ADMIN })
    admin = await login(app, ADMIN)
  })
  afterAll(() => app.close())

  const newcomer = async () => {
    count += 1
    const credentials = { email: `user-${count}@example.com`, password: 'a-password' }
    const { id } = await app.payload.create({ collection: 'users', data: credentials })
    const user = { collection: 'users', id }
    return { id, user, credentials, logIn: () => login(app, credentials) }
  }
  const rows = async (id: unknown): Promise<Row[]> => {
    const { docs } = await app.payload.db.find<Row>({
      collection: 'user-sessions',
      where: { and: [{ userId: { equals: String(id) } }, { userCollection: { equals: 'users' } }] },
      sort: 'createdAt',
    })
    // MongoDB keeps no field that was never set.
    const unset = { name: null, ip: null, newestShownAt: null, endedAt: null, endReason: null }
    return docs.map((doc) => ({ ...unset, device: null, userAgent: null, ...doc }))
  }
  const live = async (user: { collection: string; id: number | string }) =>
    (await revocations(app.payload).sessions(user)).map(({ id }) => id).sort()
  const logOut = ({ jwt }: Login, query = '') =>
    app.request(`/api/users/logout${query}`, { method: 'POST', headers: jwt })
  const refresh = async ({ jwt }: Login) => {
    const headers = { ...jwt, 'User-Agent': BROWSERS['Chrome on Android'] }
    const response = await app.request('/api/users/refresh-token', { method: 'POST', headers })
    return loginFrom(((await response.json()) as { refreshedToken: string }).refreshedToken)
  }

  it('is written by a login over REST, with when, from where and with which device', async () => {
    const { id, credentials } = await newcomer()
    const headers = {
      'User-Agent': BROWSERS['Firefox on Windows'],
      'X-Forwarded-For': '198.51.100.66, 203.0.113.7',
    }
    const response = await app.request('/api/users/login', { body: credentials, headers })
    const { token } = (await response.json()) as { token: string }
    const { sid, jti, exp } = claimsOf(token)
    const issuedAt = new Date(uuidv7Time(String(jti)) ?? 0).toISOString()
    expect(await rows(id)).toEqual([
      {
        id: sid,
        userCollection: 'users',
        userId: String(id),
        name: null,
        device: 'Firefox on Windows',
        userAgent: BROWSERS['Firefox on Windows'],
        ip: '203.0.113.7',
        createdAt: issuedAt,
        lastRefreshedAt: issuedAt,
        lastActiveAt: issuedAt,
        expiresAt: new Date(Number(exp) * 1_000).toISOString(),
        newestShownAt: null,
        endedAt: null,
        endReason: null,
      },
    ])
  })

  it('is written by a login over GraphQL', async () => {
    const { id, credentials } = await newcomer()
    const { email, password } = credentials
    const response = await app.graphQL(
      `mutation { loginUser(email: "${email}", password: "${password}") { token } }`,
      { 'User-Agent': BROWSERS['Safari on iPhone'] },
    )
    const { data } = (await response.json()) as { data: { loginUser: { token: string } } }
    expect(await rows(id)).toMatchObject([
      { id: claimsOf(data.loginUser.token).sid, device: 'Safari on iPhone', ip: null },
    ])
  })

  it('is written by a login over the Local API, and its first refresh adds the device', async () => {
    const { id, credentials } = await newcomer()
    const { token } = await app.payload.login({ collection: 'users', data: credentials })
    expect(await rows(id)).toMatchObject([{ id: claimsOf(token ?? '').sid, device: null }])
    await refresh(loginFrom(token ?? ''))
    expect(await rows(id)).toMatchObject([{ device: 'Chrome on Android' }])
  })

  it('is written by a reset of the password', async () => {
    const { id, credentials } = await newcomer()
    const { email } = credentials
    const data = { email }
    const secret = await app.payload.forgotPassword({
      ...{ collection: 'users', data, disableEmail: true },
    })
    const response = await app.request('/api/users/reset-password', {
      body: { token: secret, password: 'another-password' },
    })
    const { token } = (await response.json()) as { token: string }
    expect(await rows(id)).toMatchObject([{ id: claimsOf(token).sid, endedAt: null }])
  })

  it('is written once for the first user who registers', async () => {
    const customer = { email: 'first@example.com', password: 'first-password' }
    const response = await app.request('/api/customers/first-register', { body: customer })
    const { token, user } = (await response.json()) as { token: string; user: { id: unknown } }
    const { docs } = await app.payload.db.find<Row>({
      collection: 'user-sessions',
      where: { userCollection: { equals: 'customers' } },
    })
    expect(docs).toMatchObject([{ id: claimsOf(token).sid, userId: String(user.id) }])
  })

  it('is written for each of eight simultaneous logins, without writing the user document', async () => {
    const { id, logIn, user } = await newcomer()
    const before = await app.payload.findByID({ collection: 'users', id })
    const logins = await Promise.all(Array.from({ length: 8 }, logIn))
    expect(await live(user)).toEqual(logins.map(({ claims }) => String(claims.sid)).sort())
    const after = await app.payload.findByID({ collection: 'users', id })
    expect(after.updatedAt).toBe(before.updatedAt)
  })

  it('is updated by a refresh, and stays one record', async () => {
    const { id, logIn } = await newcomer()
    const first = await logIn()
    const [before] = await rows(id)
    const second = await refresh(first)
    const issuedAt = new Date(uuidv7Time(String(second.claims.jti)) ?? 0).toISOString()
    expect(await rows(id)).toEqual([
      {
        ...before,
        device: 'Chrome on Android',
        userAgent: BROWSERS['Chrome on Android'],
        lastRefreshedAt: issuedAt,
        lastActiveAt: issuedAt,
        expiresAt: new Date(Number(second.claims.exp) * 1_000).toISOString(),
      },
    ])
  })

  it('is updated by the refresh of a server function, whose headers are empty', async () => {
    const { id, logIn } = await newcomer()
    const session = await logIn()
    const { user } = await app.payload.auth({ headers: new Headers(session.byCookie) })
    const req = await createLocalReq({ user: user ?? undefined }, app.payload)
    const collection = app.payload.collections.users
    const { refreshedToken } = await refreshOperation({ collection, req } as never)
    const { jti } = claimsOf(refreshedToken)
    const lastRefreshedAt = new Date(uuidv7Time(String(jti)) ?? 0).toISOString()
    expect(await rows(id)).toMatchObject([{ id: session.claims.sid, lastRefreshedAt }])
  })

  it('is written at the refresh of a session that has none', async () => {
    const { id, logIn } = await newcomer()
    const session = await logIn()
    await app.payload.db.deleteMany({
      collection: 'user-sessions',
      where: { id: { equals: session.claims.sid } },
    })
    await refresh(session)
    const createdAt = new Date(Number(session.claims.auth_time) * 1_000).toISOString()
    expect(await rows(id)).toMatchObject([{ id: session.claims.sid, createdAt }])
  })

  it('shows the end by a logout, and the list leaves the session out at once', async () => {
    const { id, user, logIn } = await newcomer()
    const [one, other] = [await logIn(), await logIn()]
    await logOut(one)
    expect(await live(user)).toEqual([other.claims.sid])
    await expect
      .poll(() => rows(id))
      .toMatchObject([
        { id: one.claims.sid, endReason: 'logout', endedAt: expect.any(String) },
        { id: other.claims.sid, endReason: null, endedAt: null },
      ])
  })

  it('shows the end of all by ?allSessions=true', async () => {
    const { id, user, logIn } = await newcomer()
    const sessions = [await logIn(), await logIn()]
    await logOut(sessions[0] as Login, '?allSessions=true')
    expect(await live(user)).toEqual([])
    await expect
      .poll(async () => (await rows(id)).map(({ endReason }) => endReason))
      .toEqual(['logout', 'logout'])
  })

  it('shows the end of the others when the user changes their password', async () => {
    const { id, user, logIn } = await newcomer()
    const [owner, other] = [await logIn(), await logIn()]
    const body = { password: 'another-password' }
    await app.request(`/api/users/${id}`, { method: 'PATCH', body, headers: owner.jwt })
    expect(await live(user)).toEqual([owner.claims.sid])
    await expect
      .poll(() => rows(id))
      .toMatchObject([
        { id: owner.claims.sid, endReason: null },
        { id: other.claims.sid, endReason: 'password-changed' },
      ])
  })

  it('of a login within the seconds after a cut-off belongs to a living session', async () => {
    const { id, user, logIn } = await newcomer()
    const before = await logIn()
    await revocations(app.payload).revoke({ user }, { reason: 'admin' })
    const after = await logIn()
    expect(await isAccepted(app, before)).toBe(false)
    expect(await isAccepted(app, after)).toBe(true)
    expect(await live(user)).toEqual([after.claims.sid])
    await expect
      .poll(() => rows(id))
      .toMatchObject([
        { id: before.claims.sid, endReason: 'admin' },
        { id: after.claims.sid, endReason: null },
      ])
  })

  it('counts as ended even if the record does not say so: the ledger decides', async () => {
    const { user, logIn } = await newcomer()
    const session = await logIn()
    await logOut(session)
    const lost = { endedAt: null, endReason: null }
    const where = { id: { equals: session.claims.sid } }
    await expect.poll(async () => (await rows(user.id))[0]?.endReason).toBe('logout')
    await app.payload.db.updateOne({ collection: 'user-sessions', where, data: lost })
    expect(await live(user)).toEqual([])
    expect(await revocations(app.payload).sessions(user, { all: true })).toMatchObject([
      { id: session.claims.sid, endReason: 'logout', endedAt: expect.any(String) },
    ])
  })

  it('shows that a session is active again when its revocation was lifted', async () => {
    const { id, user, logIn } = await newcomer()
    const session = await logIn()
    const sid = String(session.claims.sid)
    await revocations(app.payload).revoke({ session: sid })
    expect(await live(user)).toEqual([])
    await expect.poll(() => rows(id)).toMatchObject([{ endReason: 'admin' }])
    await revocations(app.payload).lift({ session: sid })
    expect(await live(user)).toEqual([sid])
    await expect.poll(() => rows(id)).toMatchObject([{ endReason: null, endedAt: null }])
    expect(await isAccepted(app, session)).toBe(true)
  })

  it('never makes a logout fail, even if its record cannot be written', async () => {
    const { logIn } = await newcomer()
    const session = await logIn()
    const { db } = app.payload as unknown as {
      db: { updateMany: unknown; drizzle?: { update: unknown } }
    }
    const { drizzle, updateMany } = db
    const update = drizzle?.update
    let attempts = 0
    const fail = () => {
      attempts += 1
      throw new Error('locked')
    }
    if (drizzle) drizzle.update = fail
    db.updateMany = fail
    const mend = breakStatements(db, { isBroken: (text) => text.includes('UPDATE'), fail })
    const { status } = await logOut(session)
    await expect.poll(() => attempts).toBeGreaterThan(0)
    if (drizzle) drizzle.update = update
    db.updateMany = updateMany
    mend()
    expect(status).toBe(200)
    expect(await isAccepted(app, session)).toBe(false)
  })

  it('never makes a login fail, even if it cannot be written', async () => {
    const { id, logIn } = await newcomer()
    const db = app.payload.db as typeof app.payload.db & { execute?: unknown }
    const { create, execute } = db
    let attempts = 0
    const fail = () => {
      attempts += 1
      throw new Error('locked')
    }
    db.create = async (args) =>
      args.collection === 'user-sessions' ? fail() : create.call(db, args)
    // On PostgreSQL the record and the lock of the account are one statement.
    db.execute = fail
    const session = await logIn().finally(() => Object.assign(db, { create, execute }))
    expect(attempts).toBeGreaterThan(0)
    expect(await isAccepted(app, session)).toBe(true)
    expect(await rows(id)).toEqual([])
  })

  it('is deleted with its user, because the id may be reused', async () => {
    const { id, logIn } = await newcomer()
    await logIn()
    await app.request(`/api/users/${id}`, { method: 'DELETE', headers: admin.jwt })
    expect(await rows(id)).toEqual([])
  })

  it('stays when a deletion is rolled back', async () => {
    const { id, user, logIn } = await newcomer()
    const session = await logIn()
    const transaction = await app.payload.db.beginTransaction()
    if (transaction === null) return
    const req = { transactionID: transaction }
    await app.payload.delete({ collection: 'users', id, req })
    await app.payload.db.rollbackTransaction(transaction)
    expect(await live(user)).toEqual([session.claims.sid])
  })

  it('stays when the user goes into the trash', async () => {
    const { id, user, logIn } = await newcomer()
    await logIn()
    const body = { deletedAt: new Date().toISOString() }
    await app.request(`/api/users/${id}`, { method: 'PATCH', body, headers: admin.jwt })
    expect(await live(user)).toEqual([])
    await expect.poll(() => rows(id)).toMatchObject([{ endReason: 'user-deleted' }])
  })

  it('is not written for a login whose transaction is rolled back', async () => {
    const { id, credentials } = await newcomer()
    const transaction = await app.payload.db.beginTransaction()
    if (transaction === null) return
    const req = { transactionID: transaction }
    await app.payload.login({ collection: 'users', data: credentials, req })
    expect(await rows(id)).toEqual([])
    await app.payload.db.rollbackTransaction(transaction)
    expect(await rows(id)).toEqual([])
  })

  it('can be named by its user, and by nobody else', async () => {
    const [owner, stranger] = [await newcomer(), await newcomer()]
    const session = await owner.logIn()
    const sid = String(session.claims.sid)
    const rename = (user: { collection: string; id: number | string }, name: string) =>
      renameSession(app.payload, user, { session: sid, name, current: sid })
    await expect(rename(stranger.user, 'mine')).rejects.toMatchObject({ code: 'session-not-found' })
    await expect(rename({ collection: 'customers', id: owner.id }, 'x')).rejects.toMatchObject({
      code: 'session-not-found',
    })
    const named = await rename(owner.user, `  Work\u0000\tlaptop ${'x'.repeat(200)} `)
    expect(named).toMatchObject({ id: sid, isCurrent: true, endedAt: null })
    expect(named.name).toMatch(/^Work {2}laptop x{87}$/)
    expect((await rename(owner.user, `${'x'.repeat(99)}😀`)).name).toBe('x'.repeat(99))
    expect((await rename(owner.user, ' ')).name).toBeNull()
  })

  it('shows how many sessions a revocation would end', async () => {
    const { user, logIn } = await newcomer()
    const [one, two, three] = [await logIn(), await logIn(), await logIn()]
    await logOut(three)
    const sidOf = ({ claims }: Login) => String(claims.sid)
    expect(await countActive(app.payload, { user })).toBe(2)
    const exceptSession = sidOf(one)
    expect(await countActive(app.payload, { user: { ...user, exceptSession } })).toBe(1)
    expect(await countActive(app.payload, { session: sidOf(two) })).toBe(1)
    expect(await countActive(app.payload, { session: sidOf(three) })).toBe(0)
    expect(await countActive(app.payload, { session: 'unknown' })).toBe(0)
    const all = await countActive(app.payload, { everyone: true })
    await logIn()
    expect(await countActive(app.payload, { everyone: true })).toBe((all ?? 0) + 1)
  })

  it('shows the end of everyone’s sessions, which is written to no record', async () => {
    const { id, user, logIn } = await newcomer()
    await logIn()
    const seen = async () => {
      const where = { userId: { equals: String(id) } }
      const found = await app.payload.find({ collection: 'user-sessions' as 'users', where })
      return found.docs as unknown as Row[]
    }
    await revocations(app.payload).revoke({ everyone: true })
    expect(await live(user)).toEqual([])
    expect((await rows(id)).map(({ endedAt }) => endedAt ?? null)).toEqual([null])
    expect(await seen()).toMatchObject([{ endReason: 'admin', endedAt: expect.any(String) }])
    expect(await countActive(app.payload, { everyone: true })).toBe(0)
    await logIn()
    expect(await countActive(app.payload, { everyone: true })).toBe(1)
    expect((await seen()).map(({ endReason }) => endReason ?? null).sort()).toEqual(['admin', null])
  })

  it('shows an end with everyone’s also when the cut-off has expired', async () => {
    const { id, user } = await newcomer()
    const at = Date.now() - 4 * HOUR
    await payloadLedger(app.payload, 'revocations').append([
      sampleRevocation('everyone', { now: at, cutoff: at + 5_000, expiresAt: at + HOUR }),
    ])
    const record = async (name: string, refreshed: number, expires: number, ended?: number) => {
      const iso = (time: number) => new Date(time).toISOString()
      const data = {
        ...{ id: `${name}-${id}`, userCollection: 'users', userId: String(id) },
        ...{ createdAt: iso(refreshed), lastRefreshedAt: iso(refreshed), expiresAt: iso(expires) },
        ...(ended !== undefined && { endedAt: iso(ended), endReason: 'password-changed' }),
      }
      await app.payload.db.create({ collection: 'user-sessions', data })
    }
    await record('expired-before', at - HOUR, at - 1)
    await record('ended-before', at - HOUR + 1, at + HOUR, at - 1)
    await record('ended', at - HOUR + 2, at + HOUR)
    await record('ended-again', at - HOUR + 3, at + HOUR, at + 1)
    await record('began-after', at + 5_001, at + HOUR)
    const sessions = await revocations(app.payload).sessions(user, { all: true })
    expect(Object.fromEntries(sessions.map((each) => [each.id, each.endReason]))).toEqual({
      [`expired-before-${id}`]: null,
      [`ended-before-${id}`]: 'password-changed',
      [`ended-${id}`]: 'admin',
      [`ended-again-${id}`]: 'admin',
      [`began-after-${id}`]: null,
    })
  })
})

describe('without records', () => {
  it('there is no collection, and a login, refresh, logout and deletion work', async () => {
    const app = await createApp({ plugin: { sessions: false } })
    expect(app.payload.collections).not.toHaveProperty('user-sessions')
    const session = await login(app)
    expect(await isAccepted(app, session)).toBe(true)
    await app.request('/api/users/logout', { method: 'POST', headers: session.jwt })
    expect(await isAccepted(app, session)).toBe(false)
    await expect(revocations(app.payload).sessions({ collection: 'users', id: 1 })).rejects.toThrow(
      expect.objectContaining({ code: 'sessions-not-kept' }),
    )
    expect(await countActive(app.payload, { everyone: true })).toBeNull()
    await app.payload.delete({ collection: 'users', id: 1 })
    await app.close()
  })

  it('no address is recorded unless a proxy is trusted, whatever a client sends', async () => {
    const app = await createApp({ plugin: { sessions: { slug: 'logins' } } })
    await app.request('/api/users/login', {
      body: { email: 'member@example.com', password: 'member-password' },
      headers: { 'X-Forwarded-For': '198.51.100.66', 'X-Real-IP': '198.51.100.66' },
    })
    const found = await app.payload.find({ collection: 'logins' as never })
    expect(found.docs).toMatchObject([{ ip: null, device: null }])
    await app.close()
  })
})
