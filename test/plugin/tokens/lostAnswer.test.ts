import type { Endpoint } from 'payload'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type RefusedEvent, type ReuseEvent, revocations } from '../../../src/index.js'
import { createGuard } from '../../../src/next/index.js'
import { type App, type AppOptions, createApp } from '../../support/createApp.js'
import { eventually } from '../../support/eventually.js'
import { isAccepted } from '../../support/isAccepted.js'
import { type Login, login, loginFrom } from '../../support/login.js'
import { onEachDatabaseByNumber } from '../../support/onEachDatabase.js'
import { refresh, refreshes } from '../../support/refreshing.js'
import { withUsers } from '../../support/withUsers.js'

const GRACE_MS = 10_000

beforeAll(() => void vi.useFakeTimers({ toFake: ['Date'] }))
afterAll(() => void vi.useRealTimers())

const pass = (ms: number) => vi.setSystemTime(Date.now() + ms)

const apps: App[] = []
let told: ReuseEvent[] = []
beforeEach(() => {
  told = []
})
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()))
})

async function appWith({ plugin, ...options }: AppOptions = {}) {
  const app = await createApp({
    ...{ isDefault: true, ...options },
    plugin: { hooks: { onReuseDetected: (event) => void told.push(event) }, ...plugin },
  })
  apps.push(app)
  return app
}

/**
 * Refreshes, loses the answer, and retries when the grace period is over. Nobody ever got `lost`.
 */
async function loseAnswer(app: App, session: Login, awayMs = GRACE_MS) {
  const lost = loginFrom((await refresh(app, session)) ?? '')
  pass(awayMs)
  expect(await isAccepted(app, session)).toBe(false)
  return lost
}

const refreshed = async (app: App, session: Login) => loginFrom((await refresh(app, session)) ?? '')

onEachDatabaseByNumber('the answer to a refresh was lost', (database) => {
  let app: App
  let options: AppOptions
  let session: Login
  beforeEach(async () => {
    options = database()
    app = await appWith(options)
    session = await login(app)
  })

  for (const [way, refreshBy] of Object.entries(refreshes)) {
    // The server function asks Payload for a user before anybody knows what for.
    if (way === 'the server function') continue
    it(`and the old token gets the same new one, an hour later: ${way}`, async () => {
      const lost = await loseAnswer(app, session, 3_600_000)
      const { token, claims } = loginFrom((await refreshBy(app, session)) ?? '')
      const { iat: _, ...same } = lost.claims
      expect(claims).toMatchObject(same)
      expect(await isAccepted(app, { token })).toBe(true)
      expect(await isAccepted(app, session)).toBe(false)
      expect(told).toEqual([])
    })
  }

  it('again and again, until the old token expires', async () => {
    const lost = await loseAnswer(app, session)
    for (let times = 0; times < 3; times += 1) {
      pass(1_800_000)
      expect((await refreshed(app, session)).claims.jti).toBe(lost.claims.jti)
    }
    vi.setSystemTime(Number(session.claims.exp) * 1_000)
    expect((await refresh(app, session).catch(String)) ?? '').not.toContain('eyJ')
  })

  it('and the next answer was lost too', async () => {
    await loseAnswer(app, session)
    const next = await refreshed(app, session)
    const lost = await loseAnswer(app, next)
    expect((await refreshed(app, next)).claims.jti).toBe(lost.claims.jti)
    expect(await refresh(app, session)).toBeUndefined()
    await eventually(() => expect(told).toHaveLength(1))
  })

  it('but the new token was used at another process: then two clients hold the session', async () => {
    const other = await appWith({ ...options, database: app.database, isDefault: false })
    const lost = await loseAnswer(app, session)
    expect(await isAccepted(other, lost)).toBe(true)
    expect(await refresh(app, session)).toBeUndefined()
    await eventually(() => expect(told).toHaveLength(1))
    expect(await isAccepted(app, lost)).toBe(false)
  })

  it('to two refreshes within the grace period: one token goes on, the other ends, the session lives', async () => {
    const both = [await refreshed(app, session), await refreshed(app, session)]
    pass(GRACE_MS)
    const { claims } = await refreshed(app, session)
    const [one, two] = both.sort((each) => (each.claims.jti === claims.jti ? -1 : 1)) as [
      Login,
      Login,
    ]
    expect(one.claims.jti).toBe(claims.jti)
    expect(await isAccepted(app, two)).toBe(false)
    expect((await refreshed(app, session)).claims.jti).toBe(one.claims.jti)
    expect(await refresh(app, two)).toBeUndefined()
    expect(await isAccepted(app, one)).toBe(true)
    expect(told).toEqual([])
  })

  it('to a thief who waits: owner and thief have the same token, and its next refresh shows it', async () => {
    const thiefs = await loseAnswer(app, session)
    const owners = await refreshed(app, session)
    expect(owners.claims.jti).toBe(thiefs.claims.jti)
    const next = await refreshed(app, owners)
    expect(await isAccepted(app, next)).toBe(true)
    pass(GRACE_MS)
    expect(await refresh(app, thiefs)).toBeUndefined()
    expect(await isAccepted(app, next)).toBe(false)
    await eventually(() => expect(told).toHaveLength(1))
  })

  const endings: Record<string, (lost: Login) => Promise<unknown>> = {
    'the session': ({ claims }) => revocations(app.payload).revoke({ session: String(claims.sid) }),
    'the user': () => revocations(app.payload).revoke({ user: { collection: 'users', id: 1 } }),
    everyone: () => revocations(app.payload).revoke({ everyone: true }),
    'the new token': ({ token }) => revocations(app.payload).revoke({ token }),
    'the old token': () => revocations(app.payload).revoke({ token: session.token }),
  }
  for (const [what, end] of Object.entries(endings))
    it(`and nothing restores what was ended in the meantime: ${what}`, async () => {
      const lost = await loseAnswer(app, session)
      await end(lost)
      expect(await refresh(app, session)).toBeUndefined()
      expect(await isAccepted(app, session)).toBe(false)
    })

  it('and a session without a record is preserved too', async () => {
    const forget = () => app.payload.db.deleteMany({ collection: 'user-sessions', where: {} })
    const lost = await loseAnswer(app, session)
    await forget()
    expect((await refreshed(app, session)).claims.jti).toBe(lost.claims.jti)
    await forget()
    expect(await isAccepted(app, lost)).toBe(true)
    expect(await refresh(app, session)).toBeUndefined()
    expect(await isAccepted(app, lost)).toBe(false)
  })
})

describe('a rotated token that is used once more', () => {
  it('gets a token that lives no longer than the idle time of the first refresh', async () => {
    const app = await appWith({ plugin: { sessionLimits: { idleTimeout: 900 } } })
    const session = await login(app)
    pass(600_000)
    const lost = await loseAnswer(app, session, 250_000)
    const { claims } = await refreshed(app, session)
    expect(claims).toMatchObject({ jti: lost.claims.jti, exp: lost.claims.exp })
  })

  it('ends its session if no session records are kept', async () => {
    const app = await appWith({ plugin: { sessions: false } })
    const session = await login(app)
    const lost = await loseAnswer(app, session)
    expect(await refresh(app, session)).toBeUndefined()
    expect(await isAccepted(app, lost)).toBe(false)
  })

  it('only refreshes, even if GraphQL asks for more with it', async () => {
    const app = await appWith()
    const session = await login(app)
    await loseAnswer(app, session)
    const answer = await app.graphQL(
      `mutation {
        before: updateUser(id: 1, data: { email: "before@example.com" }) { id }
        refreshTokenUser { refreshedToken }
        after: updateUser(id: 1, data: { email: "after@example.com" }) { id }
      }`,
      session.byCookie,
    )
    const { data } = (await answer.json()) as { data: Record<string, unknown> }
    expect(data).toMatchObject({ before: null, after: null })
    expect(data.refreshTokenUser).toMatchObject({ refreshedToken: expect.any(String) })
    const { email } = await app.payload.findByID({ collection: 'users', id: 1 })
    expect(email).toBe('member@example.com')
  })

  it('is no refused request', async () => {
    const refused: RefusedEvent[] = []
    const app = await appWith({
      plugin: { hooks: { onRefused: (event) => void refused.push(event) } },
    })
    const session = await login(app)
    await loseAnswer(app, session)
    expect(await refreshes.GraphQL?.(app, session)).toBeDefined()
    pass(1_000)
    await app.request('/api/posts', { headers: session.jwt })
    await eventually(() => expect(refused.at(-1)).toMatchObject({ path: '/api/posts' }))
    expect(refused).not.toContainEqual(expect.objectContaining({ path: '/api/graphql' }))
  })

  it('opens no endpoint of the application with the same name', async () => {
    const endpoints: Endpoint[] = [
      {
        method: 'post',
        path: '/refresh-token',
        handler: ({ user }) => Response.json({ user: user?.id ?? null }),
      },
    ]
    const own = withUsers((users) => ({ ...users, endpoints }))
    const app = await appWith({ configure: (config) => ({ ...own(config), endpoints }) })
    const session = await login(app)
    await refreshes.GraphQL?.(app, session)
    pass(GRACE_MS)
    for (const path of ['/api/users/refresh-token', '/api/refresh-token']) {
      const answer = await app.request(path, { method: 'POST', headers: session.jwt })
      expect(answer.status).toBe(401)
    }
  })

  it('passes a guard in front, but only for a refresh', async () => {
    const app = await appWith()
    const session = await login(app)
    await loseAnswer(app, session)
    const guard = createGuard()
    const show = (path: string, method: string) =>
      guard(new Request(`http://127.0.0.1:3000${path}`, { method, headers: session.byCookie }))
    expect(await show('/api/users/refresh-token', 'POST')).toBeUndefined()
    expect((await show('/api/users/me', 'GET'))?.status).toBe(401)
    expect((await show('/account', 'GET'))?.status).toBe(401)
  })

  it('is judged as soon as the database answers, and ends nothing before', async () => {
    const app = await appWith()
    const session = await login(app)
    const lost = await loseAnswer(app, session)
    const { find } = app.payload.db
    app.payload.db.find = () => Promise.reject(new Error('the database is away'))
    const answer = await app.request('/api/users/refresh-token', {
      method: 'POST',
      headers: session.jwt,
    })
    expect(answer.status).toBe(503)
    app.payload.db.find = find
    expect((await refreshed(app, session)).claims.jti).toBe(lost.claims.jti)
    expect(told).toEqual([])
  })
})

it('a new token whose use could not be recorded is let in, and recorded with its next request', async () => {
  const app = await appWith()
  const session = await login(app)
  const next = await loseAnswer(app, session)
  const { updateOne } = app.payload.db
  app.payload.db.updateOne = () => Promise.reject(new Error('disk full'))
  const warn = vi.spyOn(app.payload.logger, 'warn')
  expect(await isAccepted(app, next)).toBe(true)
  expect(warn).toHaveBeenCalledTimes(1)
  app.payload.db.updateOne = updateOne
  expect(await isAccepted(app, next)).toBe(true)
  expect(await refresh(app, session)).toBeUndefined()
  await eventually(() => expect(told).toHaveLength(1))
})
