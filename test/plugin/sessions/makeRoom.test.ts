import { afterAll, describe, expect, it } from 'vitest'
import { processWide } from '../../../src/core/processWide.js'
import { type JwtRevocationOptions, revocations } from '../../../src/index.js'
import { type App, createApp } from '../../support/createApp.js'
import { isAccepted } from '../../support/isAccepted.js'
import { claimsOf, type Login, login, loginFrom } from '../../support/login.js'
import { onEachDatabaseByNumber } from '../../support/onEachDatabase.js'
import { withUsers } from '../../support/withUsers.js'

const USER = { collection: 'users', id: 1 }

onEachDatabaseByNumber('a limit of sessions per user', (database) => {
  const apps = new Map<string, Promise<App>>()
  let count = 0
  /** The tokens that the application's own hook received. */
  const seen: string[] = []
  const configure = withUsers((users) => ({
    ...users,
    hooks: { afterLogin: [({ token }) => void seen.push(token)] },
  }))
  afterAll(async () => {
    for (const app of apps.values()) await (await app).close()
  })

  /** An app with these limits, and a new user. */
  const arrange = async (sessionLimits: JwtRevocationOptions['sessionLimits']) => {
    const name = JSON.stringify(sessionLimits)
    const opened =
      apps.get(name) ?? createApp({ ...database(), configure, plugin: { sessionLimits } })
    apps.set(name, opened)
    const app = await opened
    count += 1
    const credentials = { email: `user-${count}@example.com`, password: 'a-password' }
    const { id } = await app.payload.create({ collection: 'users', data: credentials })
    return {
      app,
      credentials,
      logIn: () => login(app, credentials),
      tryLogin: () => app.request('/api/users/login', { body: credentials }),
      accepted: (sessions: readonly Pick<Login, 'token'>[]) =>
        Promise.all(sessions.map((session) => isAccepted(app, session))),
      live: async () => {
        const sessions = await revocations(app.payload).sessions({ collection: 'users', id })
        return sessions.map((each) => each.id).sort()
      },
    }
  }

  it('without it, every session that a user opens stays valid', async () => {
    const { logIn, accepted } = await arrange({})
    const sessions = [await logIn(), await logIn(), await logIn()]
    expect(await accepted(sessions)).toEqual([true, true, true])
  })

  it('`end-oldest` ends the oldest, and says why', async () => {
    const { app, logIn, accepted, live } = await arrange({ maxPerUser: 2 })
    const sessions = [await logIn(), await logIn(), await logIn()]
    expect(await accepted(sessions)).toEqual([false, true, true])
    const [, second, third] = sessions.map(({ claims }) => claims.sid)
    expect(await live()).toEqual([String(second), String(third)].sort())
    expect(
      await revocations(app.payload).explain({ token: (sessions[0] as Login).token }),
    ).toMatchObject([{ scope: 'session', reason: 'session-limit' }])
  })

  it('`end-oldest` goes by the login, not by the last refresh', async () => {
    const { app, logIn, accepted } = await arrange({ maxPerUser: 2 })
    const first = await logIn()
    const second = await logIn()
    const response = await app.request('/api/users/refresh-token', {
      method: 'POST',
      headers: first.jwt,
    })
    const { refreshedToken } = (await response.json()) as { refreshedToken: string }
    const third = await logIn()
    const refreshed = loginFrom(refreshedToken)
    expect(await accepted([refreshed, second, third])).toEqual([false, true, true])
  })

  it('a refresh takes no place', async () => {
    for (const whenFull of ['refuse', 'end-oldest'] as const) {
      const { app, logIn, live } = await arrange({ maxPerUser: 1, whenFull })
      const session = await logIn()
      const response = await app.request('/api/users/refresh-token', {
        method: 'POST',
        headers: session.jwt,
      })
      expect(response.status).toBe(200)
      expect(await live()).toEqual([session.claims.sid])
    }
  })

  it('`refuse` answers 403, sets no cookie, and the other sessions go on', async () => {
    const { logIn, tryLogin, accepted, live } = await arrange({ maxPerUser: 1, whenFull: 'refuse' })
    const first = await logIn()
    const response = await tryLogin()
    expect(response.status).toBe(403)
    expect(response.headers.get('Set-Cookie')).toBeNull()
    expect(await response.json()).toEqual({
      errors: [
        { name: 'SessionLimitReached', message: expect.any(String), data: { maxPerUser: 1 } },
      ],
    })
    expect(await accepted([first])).toEqual([true])
    expect(await live()).toEqual([first.claims.sid])
  })

  it('`refuse` leaves no token valid, not even the one that a hook of the application saw', async () => {
    const { logIn, tryLogin, accepted } = await arrange({ maxPerUser: 1, whenFull: 'refuse' })
    const first = await logIn()
    const token = seen.at(-1) ?? ''
    expect(await accepted([first, { token }])).toEqual([true, true])
    expect((await tryLogin()).status).toBe(403)
    const refused = { token: seen.at(-1) ?? '' }
    expect(claimsOf(refused.token)).toMatchObject({ id: first.claims.id, collection: 'users' })
    expect(await accepted([first, refused])).toEqual([true, false])
  })

  it('`refuse` allows the next login as soon as one session has ended', async () => {
    const { app, logIn, tryLogin } = await arrange({ maxPerUser: 1, whenFull: 'refuse' })
    const { jwt } = await logIn()
    expect((await tryLogin()).status).toBe(403)
    await app.request('/api/users/logout', { method: 'POST', headers: jwt })
    expect((await tryLogin()).status).toBe(200)
  })

  it('a wrong password reveals nothing about the limit', async () => {
    const { app, credentials, logIn } = await arrange({ maxPerUser: 1, whenFull: 'refuse' })
    await logIn()
    const body = { ...credentials, password: 'wrong' }
    expect((await app.request('/api/users/login', { body })).status).toBe(401)
  })

  it('applies to each user separately', async () => {
    const { app, accepted, logIn } = await arrange({ maxPerUser: 1, whenFull: 'refuse' })
    const other = { email: 'other@example.com', password: 'other-password' }
    await app.payload.create({ collection: 'users', data: other })
    const customer = { email: 'other@example.com', password: 'other-password' }
    await app.payload.create({ collection: 'customers', data: customer })
    const sessions = [await logIn(), await login(app, other)]
    const ofCustomer = await login(app, customer, 'customers')
    expect(await accepted(sessions)).toEqual([true, true])
    const me = await app.request('/api/customers/me', { headers: ofCustomer.jwt })
    expect(await me.json()).toMatchObject({ user: { email: customer.email } })
  })

  it('eight simultaneous logins with `end-oldest` leave exactly the allowed number', async () => {
    const { logIn, accepted, live } = await arrange({ maxPerUser: 2 })
    const sessions = await Promise.all(Array.from({ length: 8 }, logIn))
    const alive = (await accepted(sessions)).filter(Boolean)
    expect(alive).toHaveLength(2)
    expect(await live()).toHaveLength(2)
  })

  it('eight simultaneous logins with `refuse` never exceed the limit', async () => {
    const { tryLogin, live } = await arrange({ maxPerUser: 2, whenFull: 'refuse' })
    const responses = await Promise.all(Array.from({ length: 8 }, tryLogin))
    const statuses = responses.map(({ status }) => status)
    expect(statuses.filter((status) => status !== 200 && status !== 403)).toEqual([])
    const taken = statuses.filter((status) => status === 200)
    expect(taken.length).toBeLessThanOrEqual(2)
    expect(await live()).toHaveLength(taken.length)
  })

  it('leaves the place free when a login fails because the ledger cannot be written', async () => {
    const { app, logIn, tryLogin, live } = await arrange({ maxPerUser: 1 })
    await logIn()
    const before = await live()
    const denylist = processWide().runtimes.get(app.payload)?.denylist
    const revoke = denylist?.revoke
    Object.assign(denylist ?? {}, { revoke: () => Promise.reject(new Error('disk full')) })
    const { status } = await tryLogin()
    Object.assign(denylist ?? {}, { revoke })
    expect(status).toBe(500)
    expect(await live()).toEqual(before)
  })

  it('fails a login if the limit could not be checked', async () => {
    const { app, tryLogin } = await arrange({ maxPerUser: 1, whenFull: 'refuse' })
    const { create } = app.payload.db
    app.payload.db.create = async (args) => {
      if (args.collection === 'user-sessions') throw new Error('locked')
      return create.call(app.payload.db, args)
    }
    const { status } = await tryLogin()
    app.payload.db.create = create
    expect(status).toBe(500)
  })
})

describe('simultaneous logins to two instances on one database', () => {
  it('leave exactly the allowed number of sessions', async () => {
    const plugin = { sessionLimits: { maxPerUser: 2 } }
    const one = await createApp({ plugin })
    const two = await createApp({ plugin, database: one.database })
    const sessions = await Promise.all([one, two, one, two].map((app) => login(app)))
    const alive = (await revocations(one.payload).sessions(USER)).map(({ id }) => id)
    expect(alive).toHaveLength(2)
    for (const session of sessions) {
      const isAlive = alive.includes(String(session.claims.sid))
      await expect.poll(() => isAccepted(two, session)).toBe(isAlive)
    }
    await two.close()
    await one.close()
  })

  it('a process whose clock is behind does not end the login that it just accepted', async () => {
    const app = await createApp({ plugin: { sessionLimits: { maxPerUser: 1 } } })
    const first = await login(app)
    const ahead = new Date(Date.now() + 4_000).toISOString()
    await app.payload.db.updateOne({
      collection: 'user-sessions',
      where: { id: { equals: first.claims.sid } },
      data: { createdAt: ahead, lastRefreshedAt: ahead },
    })
    const second = await login(app)
    expect(await isAccepted(app, first)).toBe(false)
    expect(await isAccepted(app, second)).toBe(true)
    await app.close()
  })
})
