import { GraphQLSchema, parse } from 'graphql'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createGuard } from '../../../src/next/index.js'
import type { RefusedEvent } from '../../../src/plugin/config/hooks.js'
import { recentRefusals } from '../../../src/plugin/gate/refusalLog.js'
import { MEMBER } from '../../support/baseConfig.js'
import { type App, createApp } from '../../support/createApp.js'
import { eventually } from '../../support/eventually.js'
import { type Login, login } from '../../support/login.js'
import { signToken } from '../../support/signToken.js'

let app: App
let told: RefusedEvent[]
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  app = await createApp({ plugin: { hooks: { onRefused: (event) => void told.push(event) } } })
})
afterAll(async () => {
  await app.close()
  vi.useRealTimers()
})

/** The events are bounded per second, so each test has its own second. */
beforeEach(() => {
  told = []
  passOneSecond()
})
const passOneSecond = () => vi.setSystemTime(Date.now() + 1_000)

async function loggedOut(): Promise<Login> {
  const session = await login(app)
  await app.request('/api/users/logout', { method: 'POST', headers: session.jwt })
  return session
}

const events = (count: number) =>
  eventually(() => {
    expect(told).toHaveLength(count)
    return told
  })

const { email, password } = MEMBER
const LOGIN = `loginUser(email: "${email}", password: "${password}") { token }`
const SIGN_INS = [
  `mutation { ${LOGIN} }`,
  `mutation { mine: ${LOGIN} forgotPasswordUser(email: "nobody@example.com") }`,
  `mutation { ...Nested } fragment Nested on Mutation { ... on Mutation { ${LOGIN} } }`,
]

describe('onRefused', () => {
  it('receives where, when, of whom and why, once the signature was verified', async () => {
    const session = await loggedOut()
    const before = Date.now()
    await app.request('/api/notes/count?where=secret', { headers: session.jwt })
    const [event] = await events(1)
    expect(event).toEqual({
      at: expect.any(Number),
      status: 'revoked',
      scope: 'session',
      method: 'GET',
      path: '/api/notes/count',
      collection: 'users',
      userId: '1',
      session: session.claims.sid,
      jti: session.claims.jti,
      reason: 'logout',
      suppressed: 0,
    })
    expect(event?.at).toBeGreaterThanOrEqual(before)
    expect(recentRefusals(app.payload)[0]).toEqual(event)
  })

  it('is not called for forged tokens with a user, and leaves room for the others', async () => {
    const session = await loggedOut()
    const forged = signToken(session.claims, { secret: 'another-secret' })
    const headers = { Authorization: `JWT ${forged}` }
    const flood = Array.from({ length: 98 }, () => app.request('/api/users/me', { headers }))
    expect(new Set((await Promise.all(flood)).map(({ status }) => status))).toEqual(new Set([200]))
    await app.request('/api/users/me', { headers: session.jwt })
    expect(await events(1)).toMatchObject([{ jti: session.claims.jti, suppressed: 0 }])
  })

  it('never contains the token, or a one-time secret of the path', async () => {
    const session = await loggedOut()
    const secret = 'a'.repeat(40)
    await app.request(`/api/notes/${secret}`, { headers: session.byCookie })
    const text = JSON.stringify([await events(1), recentRefusals(app.payload)])
    expect(text).toContain('/api/notes/…')
    expect(text).not.toContain(secret)
    for (const part of session.token.split('.')) expect(text).not.toContain(part)
  })

  it('is called at most ten times a second, and learns how many calls were left out', async () => {
    const { jwt } = await loggedOut()
    const show = () => app.request('/api/users/me', { headers: jwt })
    const answers = await Promise.all(Array.from({ length: 40 }, show))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]))
    expect((await events(10)).every(({ suppressed }) => suppressed === 0)).toBe(true)
    passOneSecond()
    await show()
    expect((await events(11)).at(-1)?.suppressed).toBe(30)
  })

  it('is called for real refusals during the flood of somebody else, and keeps them', async () => {
    const people = Array.from({ length: 10 }, (_, i) => ({
      email: `p${i}@example.com`,
      password: 'a-password',
    }))
    for (const each of people) await app.payload.create({ collection: 'users', data: each })
    const flooding = await loggedOut()
    const others = []
    for (const each of people) {
      const { jwt } = await login(app, each)
      await app.request('/api/users/logout', { method: 'POST', headers: jwt })
      others.push(jwt)
    }
    const flood = (length: number) =>
      Promise.all(
        Array.from({ length }, () => app.request('/api/users/me', { headers: flooding.jwt })),
      )
    for (let second = 0; second < 3; second += 1) {
      passOneSecond()
      await flood(98)
      for (const headers of others) await app.request('/api/users/me', { headers })
    }
    for (let second = 0; second < 20; second += 1) {
      passOneSecond()
      await flood(10)
    }
    const isOther = ({ userId }: RefusedEvent) => userId !== '1'
    await eventually(() => expect(told.filter(isOther)).toHaveLength(30))
    expect(recentRefusals(app.payload).filter(isOther)).toHaveLength(30)
  })

  it('is called for what the guard in the same process refuses', async () => {
    const session = await loggedOut()
    const guard = createGuard()
    const url = 'http://127.0.0.1:3000/account?tab=1'
    const headers = { ...session.byCookie, Accept: 'text/html' }
    const refused = await guard(new Request(url, { headers }))
    expect(refused?.status).toBe(307)
    expect(await events(1)).toMatchObject([
      { method: 'GET', path: '/account', jti: session.claims.jti },
    ])
  })

  it('is called for what no endpoint answers: GraphQL, and the headers that a page reads', async () => {
    const session = await loggedOut()
    const { user } = await app.payload.auth({ headers: new Headers(session.byCookie) })
    expect(user).toBeNull()
    expect(await events(1)).toMatchObject([{ jti: session.claims.jti }])
    await app.graphQL('{ meUser { user { id } } }', session.jwt)
    expect(await events(2)).toMatchObject([{}, { method: 'POST', path: '/api/graphql' }])
  })

  it('is called once for a GraphQL operation that is more than a sign-in', async () => {
    const session = await loggedOut()
    const isRefused = { method: 'POST', path: '/api/graphql', jti: session.claims.jti }
    for (const [index, operation] of [
      `mutation { ${LOGIN} createPost(data: {}) { id } }`,
      'mutation { refreshTokenUser { refreshedToken } }',
      'query { loginUser: meUser { user { id } } }',
      // Payload's own rule for complexity prints a RangeError about this one.
      'mutation { ...Round createPost(data: {}) { id } } fragment Round on Mutation { ...Round }',
    ].entries()) {
      await app.graphQL(operation, session.byCookie)
      expect((await events(index + 1)).at(-1)).toMatchObject(isRefused)
    }
  })

  it('is no obstacle for an application that validates an operation without a context', () => {
    const rules = app.payload.config.graphQL.validationRules
    const document = parse('{ meUser { user { id } } }')
    expect(rules?.({ document, schema: new GraphQLSchema({}) })).toEqual([])
  })

  it('is not called for a request that was let in despite a dead token', async () => {
    const session = await loggedOut()
    const apiKey = 'the-key-of-a-program'
    const data = { ...MEMBER, enableAPIKey: true, apiKey }
    await app.payload.create({ collection: 'customers', data })
    const byKey = { ...session.byCookie, Authorization: `customers API-Key ${apiKey}` }
    expect((await app.request('/api/notes', { headers: byKey })).status).toBe(200)
    const { user } = await app.payload.auth({ headers: new Headers(byKey) })
    expect(user).toMatchObject({ collection: 'customers' })
    const again = await app.request('/api/users/login', { body: MEMBER, headers: session.byCookie })
    expect(again.status).toBe(200)
    for (const mutation of SIGN_INS) {
      const answer = await app.graphQL(mutation, session.byCookie)
      expect(await answer.json()).not.toHaveProperty('errors')
    }
    // A later refusal is reported, so the earlier ones were skipped and are not just late.
    await app.request('/api/posts', { headers: session.jwt })
    expect(await events(1)).toMatchObject([{ path: '/api/posts' }])
  })

  it('is not called for the proof at startup', async () => {
    const heard: RefusedEvent[] = []
    const fresh = await createApp({
      plugin: { hooks: { onRefused: (event) => heard.push(event) } },
    })
    const { jwt } = await login(fresh)
    await fresh.request('/api/users/logout', { method: 'POST', headers: jwt })
    await fresh.request('/api/posts', { headers: jwt })
    await eventually(() => expect(heard).toMatchObject([{ path: '/api/posts' }]))
    expect(recentRefusals(fresh.payload)).toHaveLength(1)
    await fresh.close()
  })

  it('is not called for good tokens, or without a token', async () => {
    const session = await login(app)
    await app.request('/api/users/me', { headers: session.jwt })
    await app.request('/api/users/me')
    await app.request('/api/users/login', { body: MEMBER })
    await app.request('/api/users/logout', { method: 'POST', headers: session.jwt })
    await app.request('/api/users/me', { headers: session.jwt })
    expect(await events(1)).toMatchObject([{ path: '/api/users/me' }])
  })
})

describe('a hook that fails', () => {
  const failing = {
    throws: () => {
      throw new Error('no')
    },
    rejects: () => Promise.reject(new Error('no')),
    hangs: () => new Promise(() => {}),
  }

  for (const [name, hook] of Object.entries(failing))
    it(`and ${name} neither undoes nor holds up a revocation or a refusal`, async () => {
      const strained = await createApp({ plugin: { hooks: { onRevoke: hook, onRefused: hook } } })
      const error = vi.spyOn(strained.payload.logger, 'error')
      const session = await login(strained)
      const logout = await strained.request('/api/users/logout', {
        method: 'POST',
        headers: session.jwt,
      })
      expect(logout.status).toBe(200)
      const refused = await strained.request('/api/users/me', { headers: session.jwt })
      expect(refused.status).toBe(401)
      const { totalDocs } = await strained.payload.count({ collection: 'revocations' })
      expect(totalDocs).toBe(2)
      if (name !== 'hangs') {
        await eventually(() =>
          expect(error.mock.calls.map(([, message]) => message)).toEqual([
            'Revocations: the hook onRevoke failed',
            'Revocations: the hook onRevoke failed',
            'Revocations: the hook onRefused failed',
          ]),
        )
      }
      await strained.close()
    })
})

describe('onRevoke', () => {
  it('is called for each revocation when it is durable and in force, without a token', async () => {
    const seen: { subject: string; isInForce: boolean }[] = []
    let token = ''
    const watched = await createApp({
      plugin: {
        hooks: {
          onRevoke: async ({ revocation, payload }) => {
            const { totalDocs } = await payload.count({
              collection: 'revocations',
              where: { id: { equals: revocation.id } },
            })
            const headers = new Headers({ Authorization: `JWT ${token}` })
            const { user } = await payload.auth({ headers })
            const { subject } = revocation
            seen.push({ subject, isInForce: totalDocs === 1 && !user })
            expect(JSON.stringify(revocation)).not.toContain(token.split('.')[2])
          },
        },
      },
    })
    const session = await login(watched)
    token = session.token
    await watched.request('/api/users/logout', { method: 'POST', headers: session.jwt })
    await eventually(() => expect(seen).toHaveLength(2))
    expect(seen).toEqual([
      { subject: `sid:${session.claims.sid}`, isInForce: true },
      { subject: `jti:${session.claims.jti}`, isInForce: true },
    ])
    await watched.close()
  })
})
