import { afterEach, describe, expect, it } from 'vitest'
import { MEMBER } from '../../support/baseConfig.js'
import { type App, type AppOptions, createApp } from '../../support/createApp.js'
import { isAccepted } from '../../support/isAccepted.js'
import { type Login, login, loginFrom } from '../../support/login.js'
import { onEachDatabaseByNumber } from '../../support/onEachDatabase.js'
import { refresh } from '../../support/refreshing.js'
import { stateless } from '../../support/withUsers.js'

const OTHER = { email: 'other@example.com', password: 'other-password' }

const apps: App[] = []
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()))
})

async function appWith(options: AppOptions = {}) {
  const app = await createApp(options)
  apps.push(app)
  await app.payload.create({ collection: 'users', data: OTHER })
  return app
}

/** A login by a browser, or a program, that sends its current token. */
const attempt = (app: App, headers: HeadersInit, body: object = MEMBER) =>
  app.request('/api/users/login', { body, headers })

async function loginWith(...[app, headers, body]: Parameters<typeof attempt>): Promise<Login> {
  const answer = await attempt(app, headers, body)
  const { token } = (await answer.json()) as { token?: string }
  return loginFrom(token ?? '')
}

describe('without the plugin', () => {
  it('the token that a new login replaces in the browser still works', async () => {
    const app = await appWith({ plugin: false, configure: stateless })
    const session = await login(app)
    await loginWith(app, session.byCookie, OTHER)
    expect(await isAccepted(app, session)).toBe(true)
  })
})

onEachDatabaseByNumber('a login in a browser that is logged in', (database) => {
  for (const [whose, credentials] of [
    ['of the same user', MEMBER],
    ['of another user', OTHER],
  ] as const)
    it(`${whose} ends the session that it replaces, and no other`, async () => {
      const app = await appWith(database())
      const [session, elsewhere] = [await login(app), await login(app)]
      const refreshed = loginFrom((await refresh(app, session)) ?? '')
      const next = await loginWith(app, refreshed.byCookie, credentials)
      expect(await isAccepted(app, session)).toBe(false)
      expect(await isAccepted(app, refreshed)).toBe(false)
      expect(await isAccepted(app, elsewhere)).toBe(true)
      expect(await isAccepted(app, next)).toBe(true)
      const { docs } = await app.payload.find({
        collection: 'revocations',
        where: { subject: { equals: `sid:${session.claims.sid}` } },
      })
      expect(docs).toMatchObject([{ reason: 'replaced', actor: 'users:1' }])
    })

  it('makes room when the number of sessions is limited', async () => {
    const sessionLimits = { maxPerUser: 1, whenFull: 'refuse' } as const
    const app = await appWith({ ...database(), plugin: { sessionLimits } })
    const session = await login(app)
    expect(await isAccepted(app, await loginWith(app, session.byCookie))).toBe(true)
  })
})

describe('the session goes on', () => {
  it('when the login fails', async () => {
    const app = await appWith()
    const session = await login(app)
    const wrong = { ...MEMBER, password: 'wrong' }
    expect((await attempt(app, session.byCookie, wrong)).status).toBe(401)
    expect(await isAccepted(app, session)).toBe(true)
  })

  it('of a program that sends its token in a header: no cookie is replaced', async () => {
    const app = await appWith()
    const session = await login(app)
    await loginWith(app, session.jwt)
    expect(await isAccepted(app, session)).toBe(true)
  })

  it('when the application itself logs somebody in, within a request', async () => {
    const app = await appWith({
      configure: (config) => ({
        ...config,
        endpoints: [
          {
            path: '/impersonate',
            method: 'post',
            handler: async (req) => {
              await req.payload.login({ collection: 'users', data: OTHER, req })
              return Response.json({})
            },
          },
        ],
      }),
    })
    const session = await login(app)
    const post = { method: 'POST', headers: session.byCookie }
    expect((await app.request('/api/impersonate', post)).status).toBe(200)
    expect(await isAccepted(app, session)).toBe(true)
  })

  it('when a page of another site logs its own user in, and origins are listed', async () => {
    const app = await appWith({
      configure: (config) => ({ ...config, csrf: ['http://127.0.0.1:3000'] }),
    })
    const session = await login(app)
    const from = { ...session.byCookie, Origin: 'https://evil.example' }
    await loginWith(app, from, OTHER)
    expect(await isAccepted(app, session)).toBe(true)
  })

  it('when its name is in a cookie that nobody signed', async () => {
    const app = await appWith()
    const session = await login(app)
    const [header, claims] = session.token.split('.')
    await loginWith(app, { Cookie: `payload-token=${header}.${claims}.AAAA` }, OTHER)
    expect(await isAccepted(app, session)).toBe(true)
  })
})
