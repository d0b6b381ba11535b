import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ReuseEvent, RevocationHooks } from '../../../src/index.js'
import { createGuard } from '../../../src/next/index.js'
import { breakWrites } from '../../support/breakWrites.js'
import { type App, type AppOptions, createApp } from '../../support/createApp.js'
import { eventually } from '../../support/eventually.js'
import { isAccepted } from '../../support/isAccepted.js'
import { type Login, login, loginFrom } from '../../support/login.js'
import { onEachDatabase } from '../../support/onEachDatabase.js'
import { refresh, refreshes } from '../../support/refreshing.js'
import { signToken } from '../../support/signToken.js'
import { stateless } from '../../support/withUsers.js'

const GRACE_MS = 10_000

beforeAll(() => void vi.useFakeTimers({ toFake: ['Date'] }))
afterAll(() => void vi.useRealTimers())

const pass = (ms: number) => vi.setSystemTime(Date.now() + ms)

const apps: App[] = []
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()))
})

let told: ReuseEvent[] = []
beforeEach(() => {
  told = []
})

async function appWith({ plugin, ...options }: AppOptions = {}, hooks: RevocationHooks = {}) {
  const app = await createApp({
    ...options,
    isDefault: true,
    plugin: plugin ?? { hooks: { onReuseDetected: (event) => void told.push(event), ...hooks } },
  })
  apps.push(app)
  return app
}

/** A session whose first token was copied and then rotated. Its owner goes on with `next`. */
async function stolen(app: App, graceMs = GRACE_MS) {
  const session = await login(app)
  const next = loginFrom((await refresh(app, session)) ?? '')
  expect(await isAccepted(app, next)).toBe(true)
  pass(graceMs)
  return { session, next }
}

const endOf = async ({ payload }: App, { claims }: Login) => {
  const { docs } = await payload.find({
    collection: 'revocations',
    where: { subject: { equals: `sid:${claims.sid}` } },
  })
  return docs
}

const postRefresh = (app: App, headers: HeadersInit) =>
  app.request('/api/users/refresh-token', { method: 'POST', headers })

const forgedFrom = ({ claims }: Login) =>
  loginFrom(signToken(claims, { secret: 'a-secret-of-the-forger' }))

describe('a stolen token that is refreshed after its owner refreshed it', () => {
  it('gives the thief a separate session, without the plugin', async () => {
    const app = await appWith({ plugin: false, configure: stateless })
    const session = await login(app)
    pass(1_000)
    await refresh(app, session)
    pass(60_000)
    const thiefs = await refresh(app, session)
    expect(await isAccepted(app, { token: thiefs ?? '' })).toBe(true)
  })

  it('gives the thief a separate session, with `rotation: false`', async () => {
    const app = await appWith({ plugin: { rotation: false } })
    const { session } = await stolen(app)
    expect(await refresh(app, session)).toBeTypeOf('string')
  })

  describe('is refused, and ends the session of both', () => {
    let app: App
    beforeAll(async () => {
      app = await createApp({ isDefault: true })
    })
    afterAll(() => app.close())
    const ways = Object.entries(refreshes).filter(([way]) => way !== 'the server function')

    for (const [way, refreshBy] of ways)
      it(`over ${way}`, async () => {
        const { session, next } = await stolen(app)
        expect(await isAccepted(app, next)).toBe(true)
        expect(await refreshBy(app, session)).toBeUndefined()
        expect(await isAccepted(app, next)).toBe(false)
        expect(await refreshBy(app, next)).toBeUndefined()
        expect(await endOf(app, session)).toMatchObject([{ reason: 'reuse-detected' }])
      })

    it('from the end of its grace period on, and not a millisecond before', async () => {
      const early = await stolen(app, GRACE_MS - 1)
      expect(await refresh(app, early.session)).toBeTypeOf('string')
      expect(await isAccepted(app, early.next)).toBe(true)
      pass(1)
      expect(await refresh(app, early.session)).toBeUndefined()
      expect(await isAccepted(app, early.next)).toBe(false)
    })

    it('and no other session of the user', async () => {
      const other = await login(app)
      const { session } = await stolen(app)
      await refresh(app, session)
      expect(await isAccepted(app, other)).toBe(true)
    })

    it('but over the server function, which only asks Payload for a user, it is only refused', async () => {
      const { session, next } = await stolen(app)
      expect(await refreshes['the server function']?.(app, session)).toBeUndefined()
      expect(await isAccepted(app, next)).toBe(true)
    })
  })

  it('tells the application once, by hook and log, of whom but never the token', async () => {
    const app = await appWith()
    const warn = vi.spyOn(app.payload.logger, 'warn')
    const { session, next } = await stolen(app)
    const rotatedAt = Date.now() - GRACE_MS
    const headers = { ...session.jwt, 'User-Agent': 'Thief/1.0' }
    const answers = await Promise.all(Array.from({ length: 10 }, () => postRefresh(app, headers)))
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(401))
    await postRefresh(app, headers)
    await postRefresh(app, next.jwt)
    await eventually(() => expect(told).toHaveLength(1))
    const names = {
      collection: 'users',
      userId: '1',
      session: session.claims.sid,
      jti: session.claims.jti,
      rotatedAt,
      userAgent: 'Thief/1.0',
    }
    const [event] = told
    // The request would contain the token in its headers.
    expect(event).toEqual({ ...names, payload: app.payload })
    expect(warn.mock.calls).toEqual([
      [names, 'Revocations: a rotated token was reused, so its session was ended'],
    ])
    expect(await endOf(app, session)).toHaveLength(1)
    const { payload: _, ...rest } = event ?? {}
    const text = JSON.stringify([rest, warn.mock.calls, await endOf(app, session)])
    for (const part of session.token.split('.')) expect(text).not.toContain(part)
  })

  const failing = {
    throws: () => {
      throw new Error('no')
    },
    rejects: () => Promise.reject(new Error('no')),
    hangs: () => new Promise(() => {}),
  }
  for (const [name, onReuseDetected] of Object.entries(failing))
    it(`ends the session although the hook ${name}`, async () => {
      const app = await appWith({}, { onReuseDetected })
      const { session, next } = await stolen(app)
      expect(await refresh(app, session)).toBeUndefined()
      expect(await isAccepted(app, next)).toBe(false)
    })

  it('is refused although the ledger cannot be written, and ends the session as soon as possible', async () => {
    const app = await appWith()
    const { session, next } = await stolen(app)
    const mend = breakWrites(app.payload)
    expect(await refresh(app, session)).toBeUndefined()
    expect(await isAccepted(app, next)).toBe(true)
    mend()
    expect(await refresh(app, session)).toBeUndefined()
    expect(await isAccepted(app, next)).toBe(false)
    await eventually(() => expect(told).toHaveLength(1))
  })
})

describe('nobody ends a session', () => {
  let app: App
  beforeEach(async () => {
    app = await appWith()
  })
  afterEach(async () => {
    await new Promise((resolve) => setImmediate(resolve))
    expect(told).toEqual([])
  })

  for (const [way, refreshBy] of Object.entries(refreshes))
    it(`with a forged token that names a rotated one: ${way}`, async () => {
      const { session, next } = await stolen(app)
      // Payload's own answer to a visitor who is not logged in.
      await refreshBy(app, forgedFrom(session)).then(
        (token) => expect(token).toBeUndefined(),
        (error) => expect(String(error)).toContain('403'),
      )
      expect(await isAccepted(app, next)).toBe(true)
      expect(await endOf(app, session)).toEqual([])
    })

  it('with an honest token that names a rotated one as well, unsigned', async () => {
    const { session, next } = await stolen(app)
    const [header, claims] = session.token.split('.')
    for (const forged of [`${header}.${claims}.`, `e30.${claims}.`, `${header}.${claims}`]) {
      const answer = await postRefresh(app, loginFrom(`${forged}`, '').bearer)
      expect(answer.status).not.toBe(200)
    }
    expect(await isAccepted(app, next)).toBe(true)
  })

  it('by using a rotated token for anything but a refresh', async () => {
    const { session, next } = await stolen(app)
    for (const [path, method] of [
      ['/api/users/me', 'GET'],
      ['/api/users/refresh-token', 'GET'],
      ['/api/users/logout', 'POST'],
      ['/api/users/login', 'POST'],
    ] as const) {
      await app.request(path, { method, headers: session.jwt })
    }
    await app.graphQL('{ meUser { user { id } } }', session.jwt)
    await app.graphQL('mutation { logoutUser }', session.jwt)
    expect(await isAccepted(app, next)).toBe(true)
  })

  it('twice: a logged-out token proves nothing when it is used again', async () => {
    const { session, next } = await stolen(app)
    await app.request('/api/users/logout', { method: 'POST', headers: next.jwt })
    for (const each of [session, next]) expect(await refresh(app, each)).toBeUndefined()
    expect(await endOf(app, session)).toMatchObject([{ reason: 'logout' }])
  })

  it('twice: a user whose sessions were all ended', async () => {
    const { session } = await stolen(app)
    const other = await login(app)
    const path = '/api/users/logout?allSessions=true'
    await app.request(path, { method: 'POST', headers: other.jwt })
    expect(await refresh(app, session)).toBeUndefined()
    expect(await endOf(app, session)).toEqual([])
  })

  it('by a token that an administrator ended and nobody rotated', async () => {
    const session = await login(app)
    const { revocations } = await import('../../../src/index.js')
    await revocations(app.payload).revoke({ token: session.token })
    expect(await refresh(app, session)).toBeUndefined()
    expect(await endOf(app, session)).toEqual([])
  })
})

onEachDatabase('a process that has not heard of the rotation yet', (database) => {
  it('finds it in the ledger, refuses, and ends the session after the rollback', async () => {
    const options = database()
    const one = await appWith({ ...options, plugin: { rotation: { grace: 0 } } })
    const two = await createApp({
      ...options,
      database: one.database,
      plugin: {
        pollInterval: 9,
        rotation: { grace: 0 },
        hooks: { onReuseDetected: (event) => void told.push(event) },
      },
    })
    apps.push(two)
    const session = await login(one)
    expect(await isAccepted(two, session)).toBe(true)
    const next = loginFrom((await refresh(one, session)) ?? '')
    expect(await isAccepted(one, next)).toBe(true)
    expect(await isAccepted(two, session)).toBe(true)
    expect(await refresh(two, session)).toBeUndefined()
    await eventually(() => expect(told).toHaveLength(1))
    expect(await isAccepted(two, next)).toBe(false)
    expect(await endOf(one, session)).toMatchObject([{ reason: 'reuse-detected' }])
  })
})

describe('behind a guard in the same process', () => {
  let app: App
  beforeEach(async () => {
    app = await appWith()
  })

  const ask = (path: string, { headers, body }: { headers: HeadersInit; body?: string }) =>
    createGuard()(
      new Request(`http://127.0.0.1:3000${path}`, {
        method: 'POST',
        headers: { ...headers, 'Content-Type': 'application/json' },
        ...(body !== undefined && { body }),
      }),
    )
  const mutation = (query: string) => JSON.stringify({ query })
  const REFRESH = 'mutation { refreshTokenUser { refreshedToken } }'

  for (const [name, path, body] of [
    ['REST', '/api/users/refresh-token', undefined],
    ['REST with a query', '/api/users/refresh-token/?refresh', undefined],
    ['GraphQL', '/api/graphql', mutation(REFRESH)],
  ] as const)
    it(`a rotated token that is used again gets 401 and ends its session: ${name}`, async () => {
      const { session, next } = await stolen(app)
      const shown = { headers: session.byCookie, ...(body && { body }) }
      // Only the gate can tell a stolen token from one whose refresh got no answer.
      expect(await ask(path, shown)).toBeUndefined()
      if (body) expect(await refreshes.GraphQL?.(app, session)).toBeUndefined()
      else expect((await app.request(path, { method: 'POST', ...shown })).status).toBe(401)
      expect(await isAccepted(app, next)).toBe(false)
      await eventually(() => expect(told).toMatchObject([{ jti: session.claims.jti }]))
    })

  for (const [name, path, body] of [
    ['another endpoint', '/api/users/logout', undefined],
    ['a page', '/refresh-token', undefined],
    ['another mutation', '/api/graphql', mutation('mutation { logoutUser }')],
    [
      'a word in a variable',
      '/api/graphql',
      JSON.stringify({ query: 'mutation { a }', variables: { text: REFRESH } }),
    ],
    ['a body without end', '/api/graphql', mutation(`${' '.repeat(100_000)}${REFRESH}`)],
    ['no JSON', '/api/graphql', REFRESH],
    ['no body', '/api/graphql', undefined],
  ] as const)
    it(`nothing else ends it: ${name}`, async () => {
      const { session, next } = await stolen(app)
      const answer = await ask(path, { headers: session.byCookie, ...(body && { body }) })
      expect(answer?.status).toBe(401)
      expect(await isAccepted(app, next)).toBe(true)
    })

  it('a forged token ends nobody’s session', async () => {
    const { session, next } = await stolen(app)
    const answer = await ask('/api/users/refresh-token', { headers: forgedFrom(session).byCookie })
    expect(answer).toBeUndefined()
    expect(await isAccepted(app, next)).toBe(true)
  })
})
