import { type AuthStrategy, executeAuthStrategies, reload } from 'payload'
import { afterAll, describe, expect, it } from 'vitest'
import { RevocationError } from '../../../src/index.js'
import { breakReads } from '../../support/breakReads.js'
import { type App, type AppOptions, buildAppConfig, createApp } from '../../support/createApp.js'
import { isAccepted } from '../../support/isAccepted.js'
import { login, loginFrom } from '../../support/login.js'
import { onEachDatabase } from '../../support/onEachDatabase.js'
import { signToken } from '../../support/signToken.js'
import { withUsers } from '../../support/withUsers.js'

const apps: App[] = []
const appWith = async (options: AppOptions = {}) => {
  const app = await createApp(options)
  apps.push(app)
  return app
}
afterAll(() => Promise.all(apps.map((app) => app.close())))

const logout = (app: App, headers: HeadersInit) =>
  app.request('/api/users/logout', { method: 'POST', headers })

describe('the gate', () => {
  it('protects an instance whose onInit never ran', async () => {
    const app = await appWith({ isDisablingOnInit: true })
    const session = await login(app)
    await logout(app, session.jwt)
    expect(await isAccepted(app, session)).toBe(false)
  })

  it('protects an instance that started at the second attempt, when onInit does not run', async () => {
    let tries = 0
    const onInit = () => {
      tries += 1
      if (tries === 1) throw new Error('the database is down')
    }
    const options: AppOptions = { configure: (config) => ({ ...config, onInit }), isDefault: true }
    await expect(createApp(options)).rejects.toThrow('the database is down')
    const app = await appWith(options)
    expect(tries).toBe(1)
    const session = await login(app)
    await logout(app, session.jwt)
    expect(await isAccepted(app, session)).toBe(false)
  })

  it('protects an instance whose tokens live for 100 years', async () => {
    const tokenExpiration = 100 * 365 * 86_400
    const app = await appWith({
      configure: withUsers((users) => ({ ...users, auth: { tokenExpiration } })),
    })
    const session = await login(app)
    expect(await isAccepted(app, session)).toBe(true)
    await logout(app, session.jwt)
    expect(await isAccepted(app, session)).toBe(false)
  })

  it('still holds after the config was reloaded in development', async () => {
    const app = await appWith()
    const session = await login(app)
    await logout(app, session.jwt)
    const config = await buildAppConfig({}, app.database)
    await reload(config, app.payload, true)
    expect(app.payload.config).toBe(config)
    expect(await isAccepted(app, session)).toBe(false)
    const response = await app.request('/api/posts', { headers: session.jwt })
    expect(response.status).toBe(401)
    const next = await login(app)
    await logout(app, next.jwt)
    expect(await isAccepted(app, next)).toBe(false)
  })

  it('hides a revoked token from the strategies behind it, but not a living one', async () => {
    const seen: (string | null)[] = []
    const witness: AuthStrategy = {
      name: 'witness',
      authenticate: ({ headers }) => {
        seen.push(headers.get('Authorization'))
        return { user: null }
      },
    }
    const app = await appWith({
      configure: withUsers((users) => ({ ...users, auth: { strategies: [witness] } })),
    })
    const session = await login(app)
    await isAccepted(app, session)
    await logout(app, session.jwt)
    seen.length = 0
    await isAccepted(app, session)
    expect(seen).toEqual([null])
    const living = await login(app)
    seen.length = 0
    await isAccepted(app, living)
    expect(seen).toEqual([living.jwt.Authorization])
  })

  it('refuses with 503, and accepts nothing, when it fails itself', async () => {
    const app = await appWith()
    const session = await login(app)
    const { collections } = app.payload.config
    Object.defineProperty(app.payload.config, 'csrf', {
      get: () => {
        throw new Error('broken on purpose')
      },
    })
    const response = await app.request('/api/posts', { headers: session.jwt })
    expect(collections.length).toBeGreaterThan(0)
    expect(response.status).toBe(503)
    expect(response.headers.get('Retry-After')).toBe('1')
  })

  it('refuses with 503 while the ledger has not been read for longer than maxStaleness', async () => {
    const app = await appWith({ plugin: { maxStaleness: 0.2, pollInterval: 0.05 } })
    const session = await login(app)
    expect(await isAccepted(app, session)).toBe(true)
    const mend = breakReads(app.payload)
    await expect
      .poll(async () => (await app.request('/api/posts', { headers: session.jwt })).status)
      .toBe(503)
    mend()
    expect(await isAccepted(app, session)).toBe(true)
  })

  it('answers without a token while the ledger cannot be read', async () => {
    const app = await appWith({ plugin: { maxStaleness: 0.2, pollInterval: 0.05 } })
    const { jwt } = await login(app)
    breakReads(app.payload)
    await expect
      .poll(async () => (await app.request('/api/posts', { headers: jwt })).status)
      .toBe(503)
    expect((await app.request('/api/posts')).status).toBe(200)
  })
})

describe('at startup', () => {
  const thief: AuthStrategy = { name: 'thief', authenticate: () => ({ user: null }) }

  it('refuses to start when another strategy runs before the gate', async () => {
    const start = createApp({
      configure: (config) => ({
        ...config,
        plugins: [
          Object.assign(
            withUsers((users) => ({
              ...users,
              auth: {
                ...(users.auth as object),
                strategies: [
                  thief,
                  ...((users.auth as { strategies?: AuthStrategy[] }).strategies ?? []),
                ],
              },
            })),
            { order: 2_000 },
          ),
        ],
      }),
    })
    await expect(start).rejects.toMatchObject({ code: 'gate-not-in-front' })
    await expect(start).rejects.toThrow('thief')
  })

  it('refuses to start when Payload no longer lets the gate hide a token', async () => {
    const app = await appWith()
    const { proveGate } = await import('../../../src/plugin/gate/proveGate.js')
    const { runtimeOf } = await import('../../../src/plugin/runtime/runtimeOf.js')
    const [gate] = app.payload.authStrategies
    const deaf = Object.create(app.payload, {
      authStrategies: {
        value: [
          { ...gate, authenticate: (args: object) => gate?.authenticate({ ...args } as never) },
        ],
      },
    })
    await expect(proveGate(deaf, runtimeOf(app.payload))).rejects.toMatchObject({
      code: 'gate-not-in-front',
    })
  })

  it('covers collections that a later plugin adds', async () => {
    const app = await appWith({
      configure: (config) => ({
        ...config,
        plugins: [
          (incoming) => ({
            ...incoming,
            collections: [
              ...(incoming.collections ?? []),
              { slug: 'partners', auth: true, fields: [] },
            ],
          }),
        ],
      }),
    })
    const partner = { email: 'partner@example.com', password: 'partner-password' }
    await app.payload.create({ collection: 'partners', data: partner })
    const { claims } = await login(app, partner, 'partners')
    expect(claims.jti).toBeTypeOf('string')
  })

  it('refuses a config without any auth collection', async () => {
    const build = buildAppConfig(
      { configure: (config) => ({ ...config, collections: [{ slug: 'posts', fields: [] }] }) },
      '/nonexistent/never.db',
    )
    await expect(build).rejects.toThrow(RevocationError)
    await expect(build).rejects.toMatchObject({ code: 'no-auth-collection' })
  })
})

describe('two Payload instances on one database', () => {
  it('a token that is logged out in one is refused in the other within the polling interval', async () => {
    const one = await appWith({ plugin: { pollInterval: 0.05 } })
    const two = await appWith({ plugin: { pollInterval: 0.05 }, database: one.database })
    const session = await login(one)
    expect(await isAccepted(two, session)).toBe(true)
    await logout(one, session.jwt)
    await expect.poll(() => isAccepted(two, session)).toBe(false)
  })

  it('a token revoked in one cannot be refreshed in the other, however stale its index is', async () => {
    const slow = { plugin: { pollInterval: 60, maxStaleness: 120 } }
    const one = await appWith(slow)
    const two = await appWith({ ...slow, database: one.database })
    const session = await login(one)
    expect(await isAccepted(two, session)).toBe(true)
    await logout(one, session.jwt)
    expect(await isAccepted(two, session)).toBe(true)
    const refresh = await two.request('/api/users/refresh-token', {
      method: 'POST',
      headers: session.jwt,
    })
    expect(refresh.status).toBe(401)
    expect(refresh.headers.get('WWW-Authenticate')).toMatch(/^Bearer error="invalid_token"/)
    expect(await isAccepted(two, session)).toBe(false)
  })

  it('an instance that starts later knows what was revoked before', async () => {
    const one = await appWith()
    const session = await login(one)
    await logout(one, session.jwt)
    const later = await appWith({ database: one.database })
    expect(await isAccepted(later, session)).toBe(false)
  })
})

/** SQLite drops what follows a NUL, and PostgreSQL refuses it. */
onEachDatabase('a token of another plugin with a NUL in its names', (database) => {
  it('is refused after a logout, also by an instance that starts later; no other is', async () => {
    const options = database()
    const one = await appWith(options)
    const { claims } = await login(one)
    const named = (name: string) =>
      loginFrom(signToken({ ...claims, jti: name, sid: name }, { secret: 'a-secret-of-the-tests' }))
    const [odd, other] = [named('a\0b'), named('a')]
    expect(await isAccepted(one, odd)).toBe(true)
    expect((await logout(one, odd.jwt)).status).toBe(200)
    expect(await isAccepted(one, odd)).toBe(false)
    const later = await appWith({ ...options, database: one.database })
    expect(await isAccepted(later, odd)).toBe(false)
    expect(await isAccepted(later, other)).toBe(true)
  })
})

it('without the gate in the list of strategies, the attack works', async () => {
  const app = await appWith()
  const session = await login(app)
  await logout(app, session.jwt)
  const { JWTAuthentication } = await import('payload')
  const payload = Object.create(app.payload, {
    authStrategies: { value: [{ name: 'local-jwt', authenticate: JWTAuthentication }] },
  })
  const { user } = await executeAuthStrategies({ headers: new Headers(session.jwt), payload })
  expect(user).not.toBeNull()
})
