import type { AuthStrategy, CollectionConfig, Config, TypedUser } from 'payload'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type App, createApp } from '../../support/createApp.js'
import { claimsOf, type Login, login } from '../../support/login.js'

type Auth = Exclude<CollectionConfig['auth'], boolean | undefined>

const ACCOUNT = { email: 'key@example.com', password: 'key-password' }

/** Accepts its own credential, as other plugins do. */
const badge: AuthStrategy = {
  name: 'badge',
  async authenticate({ headers, payload }) {
    if (headers.get('Authorization') !== 'Badge 1') return { user: null }
    const { docs } = await payload.find({ collection: 'customers', limit: 1 })
    return { user: { ...docs[0], collection: 'customers', _strategy: 'badge' } as TypedUser }
  },
}

const withCustomers =
  (auth: Auth) =>
  (config: Config): Config => ({
    ...config,
    collections: config.collections?.map((each) =>
      each.slug === 'customers'
        ? { ...each, auth: { useAPIKey: true, strategies: [badge], ...auth } }
        : each,
    ),
  })

const shown = {
  'an API key': { Authorization: 'customers API-Key a-key-of-the-tests' },
  'a credential of another strategy': { Authorization: 'Badge 1' },
}

async function appsFor(auth: Auth, isDefault = false) {
  const configure = withCustomers(auth)
  const bare = await createApp({ plugin: false, configure })
  const app = await createApp({ configure, isDefault })
  const { email, password } = ACCOUNT
  const account = auth.disableLocalStrategy ? { email } : { email, password }
  const data = { ...account, enableAPIKey: true, apiKey: 'a-key-of-the-tests' }
  for (const each of [bare, app]) await each.payload.create({ collection: 'customers', data })
  return { app, bare }
}

async function refresh({ request }: App, headers: HeadersInit) {
  const answer = await request('/api/customers/refresh-token', { method: 'POST', headers })
  const body = (await answer.json()) as { refreshedToken?: string; user?: object }
  return { status: answer.status, cookie: answer.headers.get('Set-Cookie'), ...body }
}

const modes = {
  'as Payload does by default': { auth: {}, status: 403 },
  'with useSessions: false': { auth: { useSessions: false }, status: 200 },
  'with no passwords': { auth: { disableLocalStrategy: true } as const, status: 200 },
}

for (const [mode, { auth, status }] of Object.entries(modes))
  describe(`a refresh without a token, ${mode}`, () => {
    let app: App
    let bare: App
    beforeAll(async () => {
      const apps = await appsFor(auth)
      app = apps.app
      bare = apps.bare
    })
    afterAll(() => Promise.all([app.close(), bare.close()]))

    for (const [credential, headers] of Object.entries(shown))
      it(`by ${credential} is answered as without the plugin, and without a token`, async () => {
        const [ours, theirs] = [await refresh(app, headers), await refresh(bare, headers)]
        expect([ours.status, theirs.status]).toEqual([status, status])
        expect(ours).not.toHaveProperty('refreshedToken')
        expect(ours.cookie).toBeNull()
        expect(ours.user).toEqual(theirs.user && expect.objectContaining({ id: 1 }))
        expect((await app.payload.count({ collection: 'user-sessions' })).totalDocs).toBe(0)
      })
  })

describe('a refresh by an API key', () => {
  let app: App
  let session: Login
  const key = shown['an API key']
  beforeAll(async () => {
    const apps = await appsFor({ useSessions: false }, true)
    await apps.bare.close()
    app = apps.app
    session = await login(app, ACCOUNT, 'customers')
  })
  afterAll(() => app.close())

  it('over GraphQL, which would put the result into a cookie, is refused', async () => {
    const answer = await app.graphQL('mutation { refreshTokenCustomer { refreshedToken } }', key)
    expect(await answer.json()).toMatchObject({ errors: [{ extensions: { statusCode: 403 } }] })
  })

  it('together with a token of the same user continues the session of that token', async () => {
    const { refreshedToken = '' } = await refresh(app, { ...key, ...session.byCookie })
    expect(claimsOf(refreshedToken).sid).toBe(session.claims.sid)
  })

  it('together with a token that was logged out returns none', async () => {
    const ended = await login(app, ACCOUNT, 'customers')
    await app.request('/api/customers/logout', { method: 'POST', headers: ended.jwt })
    const answer = await refresh(app, { ...key, ...ended.byCookie })
    expect(answer).toMatchObject({ status: 200, user: { id: 1 } })
    expect(answer).not.toHaveProperty('refreshedToken')
  })
})
