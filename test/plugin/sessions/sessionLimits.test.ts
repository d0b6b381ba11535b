import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { uuidv7 } from '../../../src/core/uuidv7.js'
import { revocations } from '../../../src/index.js'
import { createGuard } from '../../../src/next/index.js'
import { recentRefusals } from '../../../src/plugin/gate/refusalLog.js'
import { type App, createApp } from '../../support/createApp.js'
import { claimsOf, type Login, login, loginFrom } from '../../support/login.js'
import { signToken } from '../../support/signToken.js'

const HOUR = 3_600
const limits = { absoluteLifetime: 8 * HOUR, idleTimeout: HOUR }

/** A token that the app issued to user 1 some seconds ago, in a session of that age. */
const tokenFrom = ({ age, issued }: { age: number; issued: number }): Login => {
  const now = Math.floor(Date.now() / 1_000)
  const claims = {
    ...{ id: 1, collection: 'users', email: 'member@example.com', sid: crypto.randomUUID() },
    ...{ jti: uuidv7(Date.now() - issued * 1_000), auth_time: now - age },
    ...{ iat: now - issued, exp: now - issued + 2 * HOUR },
  }
  return loginFrom(signToken(claims, { secret: 'a-secret-of-the-tests' }))
}
const OVER = () => tokenFrom({ age: 8 * HOUR + 1, issued: 60 })
const IDLE = () => tokenFrom({ age: HOUR + 10, issued: HOUR + 1 })
const GOOD = () => tokenFrom({ age: 7 * HOUR, issued: HOUR - 60 })

const refresh = (app: App, { jwt }: Login) =>
  app.request('/api/users/refresh-token', { method: 'POST', headers: jwt })
const me = (app: App, { jwt }: Login) => app.request('/api/users/me', { headers: jwt })
const refreshed = async (app: App, session: Login) =>
  loginFrom(
    ((await (await refresh(app, session)).json()) as { refreshedToken: string }).refreshedToken,
  )

describe('without limits', () => {
  let app: App
  beforeAll(async () => {
    app = await createApp()
  })
  afterAll(() => app.close())

  it('a session goes on for as long as it is refreshed', async () => {
    for (const token of [OVER(), IDLE()]) {
      expect((await me(app, token)).status).toBe(200)
      expect((await refresh(app, token)).status).toBe(200)
    }
  })

  it('`auth_time` is the second of the login, and every refresh keeps it', async () => {
    const session = await login(app)
    const { iat, auth_time: authTime } = session.claims
    expect(Math.abs(Number(authTime) - Number(iat))).toBeLessThanOrEqual(1)
    const old = tokenFrom({ age: 5_000, issued: 10 })
    const twice = await refreshed(app, await refreshed(app, old))
    expect(twice.claims.auth_time).toBe(old.claims.auth_time)
    expect(Number(twice.claims.exp) - Number(twice.claims.iat)).toBe(2 * HOUR)
  })

  it('the session of a token without `auth_time` began when it was issued', async () => {
    const now = Math.floor(Date.now() / 1_000)
    const claims = { id: 1, collection: 'users', email: 'member@example.com' }
    const times = { iat: now - 1_000, exp: now + 1_000 }
    const token = signToken({ ...claims, ...times }, { secret: 'a-secret-of-the-tests' })
    expect((await refreshed(app, loginFrom(token))).claims.auth_time).toBe(now - 1_000)
  })
})

describe('limits of a session', () => {
  let app: App
  beforeAll(async () => {
    app = await createApp({ plugin: { sessionLimits: limits } })
  })
  afterAll(() => app.close())

  it('leave a session alone that has not reached one', async () => {
    expect((await me(app, GOOD())).status).toBe(200)
    expect((await refresh(app, GOOD())).status).toBe(200)
  })

  it.each([
    ['past its absolute lifetime', OVER, 'session-over'],
    ['that nobody refreshed', IDLE, 'idle'],
  ] as const)('refuse a session %s, and say so', async (_, token, scope) => {
    const response = await me(app, token())
    expect(response.status).toBe(401)
    expect(response.headers.get('WWW-Authenticate')).toContain('error="invalid_token"')
    expect(recentRefusals(app.payload)[0]).toMatchObject({ status: 'revoked', scope, userId: '1' })
    const { user } = await app.payload.auth({ headers: new Headers(token().byCookie) })
    expect(user).toBeNull()
    expect((await refresh(app, token())).status).toBe(401)
  })

  it('apply to a token without `auth_time`, by its issue time', async () => {
    const now = Math.floor(Date.now() / 1_000)
    const claims = { id: 1, collection: 'users', iat: now - HOUR - 1, exp: now + HOUR - 1 }
    const token = signToken(claims, { secret: 'a-secret-of-the-tests' })
    expect((await me(app, loginFrom(token))).status).toBe(401)
  })

  it('are in the `exp` of new tokens, so that every service keeps them', async () => {
    const { iat, exp } = (await login(app)).claims
    expect(Number(exp) - Number(iat)).toBeLessThanOrEqual(HOUR)
    expect(Number(exp) - Number(iat)).toBeGreaterThanOrEqual(HOUR - 30)
    const old = tokenFrom({ age: 8 * HOUR - 600, issued: 60 })
    const response = await refresh(app, old)
    const body = (await response.json()) as { refreshedToken: string; exp: number }
    expect(body.exp).toBe(claimsOf(body.refreshedToken).exp)
    expect(body.exp).toBeLessThanOrEqual(Number(old.claims.auth_time) + 8 * HOUR)
    expect(body.exp).toBeGreaterThan(Number(old.claims.auth_time) + 8 * HOUR - 3)
  })

  it('apply at a guard in the same process', async () => {
    const guard = createGuard()
    const ask = ({ byCookie }: Login) =>
      guard(
        new Request('http://127.0.0.1:3000/account', {
          headers: { ...byCookie, Accept: 'text/html' },
        }),
      )
    expect((await ask(OVER()))?.status).toBe(307)
    expect((await ask(IDLE()))?.status).toBe(307)
    expect(await ask(GOOD())).toBeUndefined()
  })
})

describe('a session that is used', () => {
  it('goes on by refreshing until its absolute lifetime ends, and not a second longer', async () => {
    const app = await createApp({ plugin: { sessionLimits: { absoluteLifetime: 3 * HOUR } } })
    vi.useFakeTimers({ toFake: ['Date'] })
    try {
      const start = Math.floor(Date.now() / 1_000)
      let session = await login(app)
      for (const minutes of [60, 120, 170]) {
        vi.setSystemTime((start + minutes * 60) * 1_000)
        session = await refreshed(app, session)
        expect(session.claims.auth_time).toBe(start)
      }
      expect(session.claims.exp).toBeLessThanOrEqual(start + 3 * HOUR)
      const user = { collection: 'users', id: 1 }
      expect(await revocations(app.payload).sessions(user)).toHaveLength(1)
      vi.setSystemTime((start + 3 * HOUR) * 1_000)
      const response = await me(app, session)
      expect(await response.json()).toMatchObject({ user: null })
      expect((await refresh(app, session)).status).toBe(403)
      expect(await revocations(app.payload).sessions(user)).toEqual([])
    } finally {
      vi.useRealTimers()
      await app.close()
    }
  })
})
