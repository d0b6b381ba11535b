import { createLocalReq, logoutOperation } from 'payload'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MEMBER } from '../../support/baseConfig.js'
import { breakWrites } from '../../support/breakWrites.js'
import { type App, createApp } from '../../support/createApp.js'
import { isAccepted } from '../../support/isAccepted.js'
import { type Login, login } from '../../support/login.js'
import { postgresDatabase } from '../../support/postgresDatabase.js'
import { stateless, withUsers } from '../../support/withUsers.js'

/** What the logout of `@payloadcms/next/auth` does. Its request has no headers. */
async function logoutLikeServerFunction(app: App, { byCookie }: Login) {
  const { user } = await app.payload.auth({ headers: new Headers(byCookie) })
  if (!user) throw new Error('not signed in')
  const req = await createLocalReq({ user }, app.payload)
  const collection = app.payload.collections[user.collection]
  if (!collection) throw new Error('no collection')
  await logoutOperation({ collection, req })
}

const ways = ['jwt', 'bearer', 'byCookie'] as const

describe('without the plugin', () => {
  it('a token outlives its logout', async () => {
    const app = await createApp({ plugin: false, configure: stateless })
    const session = await login(app)
    await app.request('/api/users/logout', { method: 'POST', headers: session.jwt })
    expect(await isAccepted(app, session)).toBe(true)
    await app.close()
  })
})

describe('logging out', () => {
  let app: App
  beforeAll(async () => {
    app = await createApp({ isDefault: true })
  })
  afterAll(() => app.close())

  for (const way of ways) {
    it(`over REST ends the token that came by ${way}`, async () => {
      const session = await login(app)
      expect(await isAccepted(app, session)).toBe(true)
      const logout = await app.request('/api/users/logout', {
        method: 'POST',
        headers: session[way],
      })
      expect(logout.status).toBe(200)
      expect(await isAccepted(app, session)).toBe(false)
    })

    it(`over GraphQL ends the token that came by ${way}`, async () => {
      const session = await login(app)
      const logout = await app.graphQL('mutation { logoutUser }', session[way])
      expect(await logout.json()).toMatchObject({ data: { logoutUser: expect.anything() } })
      expect(await isAccepted(app, session)).toBe(false)
    })
  }

  it('by the server function, whose headers are empty, ends the token', async () => {
    const session = await login(app)
    await logoutLikeServerFunction(app, session)
    expect(await isAccepted(app, session)).toBe(false)
  })

  it('ends the token although a hook replaced the user object with a copy', async () => {
    const copying = await createApp({
      configure: withUsers((users) => ({
        ...users,
        hooks: {
          afterLogout: [({ req }) => void Object.assign(req, { user: { ...req.user } })],
        },
      })),
    })
    const session = await login(copying)
    await copying.request('/api/users/logout', { method: 'POST', headers: session.bearer })
    expect(await isAccepted(copying, session)).toBe(false)
    await copying.close()
  })

  it('ends the tokens that were refreshed in the same session, and no other session', async () => {
    const session = await login(app)
    const other = await login(app)
    const answer = await app.request('/api/users/refresh-token', {
      method: 'POST',
      headers: session.jwt,
    })
    const { refreshedToken } = (await answer.json()) as { refreshedToken: string }
    await app.request('/api/users/logout', { method: 'POST', headers: session.jwt })
    expect(await isAccepted(app, { token: refreshedToken })).toBe(false)
    expect(await isAccepted(app, other)).toBe(true)
  })

  it('twice with one token: the second is refused like any other request with it', async () => {
    const session = await login(app)
    const logout = () => app.request('/api/users/logout', { method: 'POST', headers: session.jwt })
    expect((await logout()).status).toBe(200)
    expect((await logout()).status).toBe(401)
  })

  it('with allSessions over REST ends every session of the user, and not of others', async () => {
    const [one, two] = [await login(app), await login(app)]
    await app.request('/api/users/logout?allSessions=true', { method: 'POST', headers: one.jwt })
    expect(await isAccepted(app, one)).toBe(false)
    expect(await isAccepted(app, two)).toBe(false)
    expect(await isAccepted(app, await login(app))).toBe(true)
  })

  it('with allSessions over GraphQL ends every session of the user', async () => {
    const [one, two] = [await login(app), await login(app)]
    await app.graphQL('mutation { logoutUser(allSessions: true) }', one.jwt)
    expect(await isAccepted(app, one)).toBe(false)
    expect(await isAccepted(app, two)).toBe(false)
  })

  it('without allSessions over GraphQL leaves the other sessions alone', async () => {
    const [one, two] = [await login(app), await login(app)]
    await app.graphQL('mutation { logoutUser(allSessions: false) }', one.jwt)
    expect(await isAccepted(app, two)).toBe(true)
  })

  it('with a forged token that names a living session ends nothing', async () => {
    const session = await login(app)
    const [header, claims] = session.token.split('.')
    const forged = `${header}.${claims}.${'A'.repeat(43)}`
    await app.request('/api/users/logout', {
      method: 'POST',
      headers: { Authorization: `JWT ${forged}` },
    })
    expect(await isAccepted(app, session)).toBe(true)
  })

  it('with a forged token and auto-login ends nothing', async () => {
    const auto = await createApp({
      configure: (config) => ({
        ...config,
        admin: { ...config.admin, autoLogin: { email: MEMBER.email } },
      }),
    })
    const session = await login(auto)
    const [header, claims] = session.token.split('.')
    const headers = { Authorization: `JWT ${header}.${claims}.${'A'.repeat(43)}` }
    const me = await auto.request('/api/users/me', { headers })
    expect(await me.json()).toMatchObject({ user: { email: MEMBER.email } })
    await auto.request('/api/users/logout', { method: 'POST', headers })
    expect(await isAccepted(auto, session)).toBe(true)
    await auto.close()
  })

  for (const transactions of [false, true])
    it(`fails, and says so, when the ledger cannot be written (transactions: ${transactions})`, async () => {
      const broken = await createApp({ transactions })
      const session = await login(broken)
      const mend = breakWrites(broken.payload)
      const logout = await broken.request('/api/users/logout', {
        method: 'POST',
        headers: session.jwt,
      })
      expect(logout.status).toBe(500)
      mend()
      expect(await isAccepted(broken, session)).toBe(true)
      await broken.close()
    })
})

describe('clearSiteData', () => {
  const everything = '"cache", "cookies", "storage"'
  const logOut = async (app: App, session: Login) =>
    app.request('/api/users/logout', { method: 'POST', headers: session.byCookie })

  it('is sent with no logout by default', async () => {
    const app = await createApp()
    const answer = await logOut(app, await login(app))
    expect(answer.status).toBe(200)
    expect(answer.headers.has('Clear-Site-Data')).toBe(false)
    await app.close()
  })

  it('makes a logout over REST and GraphQL clear the browser, and nothing else', async () => {
    const app = await createApp({ isDefault: true, plugin: { clearSiteData: true } })
    const [one, two] = [await login(app), await login(app)]
    const answers = [await logOut(app, one), await app.graphQL('mutation { logoutUser }', two.jwt)]
    for (const { headers } of answers) {
      expect(headers.get('Clear-Site-Data')).toBe(everything)
      expect(headers.get('Set-Cookie')).toMatch(/^payload-token=;/)
    }
    const refused = await logOut(app, one)
    expect(refused.status).toBe(401)
    expect(refused.headers.has('Clear-Site-Data')).toBe(false)
    await app.close()
  })

  it('clears nothing when the logout failed', async () => {
    const app = await createApp({ transactions: true, plugin: { clearSiteData: true } })
    const session = await login(app)
    breakWrites(app.payload)
    const answer = await logOut(app, session)
    expect(answer.status).toBe(500)
    expect(answer.headers.has('Clear-Site-Data')).toBe(false)
    await app.close()
  })
})

describe('a token that was signed without jti and sid', () => {
  it('is ended by its logout as well', async () => {
    const bare = await createApp({ plugin: false, configure: stateless })
    const { token } = await login(bare)
    await bare.close()
    const app = await createApp()
    expect(await isAccepted(app, { token })).toBe(true)
    const headers = { Authorization: `JWT ${token}` }
    await app.request('/api/users/logout', { method: 'POST', headers })
    expect(await isAccepted(app, { token })).toBe(false)
    await app.close()
  })
})

describe('logging out on PostgreSQL', () => {
  it('in many requests at once works, and waits for no second connection', async () => {
    const app = await createApp({ postgres: postgresDatabase(), poolSize: 2 })
    const sessions = await Promise.all(Array.from({ length: 8 }, () => login(app)))
    const post = (path: string) => (session: Login) =>
      app.request(path, { method: 'POST', headers: session.jwt })
    const refreshes = sessions.slice(0, 4).map(post('/api/users/refresh-token'))
    for (const { status } of await Promise.all(refreshes)) expect(status).toBe(200)
    const logouts = sessions.map(post('/api/users/logout'))
    for (const { status } of await Promise.all(logouts)) expect(status).toBe(200)
    for (const session of sessions) expect(await isAccepted(app, session)).toBe(false)
    await app.close()
  })
})
