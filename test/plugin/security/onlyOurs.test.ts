import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { CLOCK_TOLERANCE_MS } from '../../../src/core/revocation.js'
import { type RefusedEvent, revocations } from '../../../src/index.js'
import { createGuard } from '../../../src/next/index.js'
import { type App, createApp } from '../../support/createApp.js'
import { eventually } from '../../support/eventually.js'
import { type Login, login, loginFrom } from '../../support/login.js'
import { signToken } from '../../support/signToken.js'
import { stateless } from '../../support/withUsers.js'

const NEIGHBOURS_SECRET = 'the-secret-of-the-neighbour'
/** Of an application in another process. */
const OTHER_SECRET = 'the-secret-of-another'

/** Ours, the same without the plugin, and a neighbour on the same host with another secret. */
let app: App
let bare: App
let neighbour: App
const told: RefusedEvent[] = []
beforeAll(async () => {
  app = await createApp({
    isDefault: true,
    plugin: { hooks: { onRefused: (event) => void told.push(event) } },
  })
  bare = await createApp({ plugin: false, configure: stateless })
  neighbour = await createApp({ configure: (config) => ({ ...config, secret: NEIGHBOURS_SECRET }) })
})
afterAll(() => Promise.all([app, bare, neighbour].map((each) => each?.close())))

const secondsAgo = (seconds: number) => Math.floor(Date.now() / 1_000) - seconds

/** A token signed without our secret. It would be refused if it were ours. */
const theirs = (claims: object = {}): Login =>
  loginFrom(
    signToken(
      {
        ...{ id: 1, collection: 'users', email: 'member@example.com' },
        ...{ iat: secondsAgo(10_800), exp: secondsAgo(-3_600) },
        ...claims,
      },
      { secret: OTHER_SECRET },
    ),
  )

/** Look-ups by these names find something on every object. */
const PROTOTYPES = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf']

const guarded = (path: string, headers: HeadersInit, method = 'GET') =>
  createGuard()(
    new Request(`http://127.0.0.1:3000${path}`, {
      method,
      headers: { ...Object.fromEntries(new Headers(headers)), Accept: 'text/html' },
    }),
  )

describe('a cookie of another application on the same host', () => {
  const cases: Record<string, () => Login | Promise<Login>> = {
    'older than any revocation is remembered': () => theirs(),
    'of a user whose tokens were all ended here': async () => {
      await revocations(app.payload).revoke({ user: { collection: 'users', id: 7 } })
      return theirs({ id: 7, iat: secondsAgo(60) })
    },
    ...Object.fromEntries(
      PROTOTYPES.map((collection) => [
        `of a collection ${collection}`,
        () => theirs({ collection }),
      ]),
    ),
  }

  for (const [which, make] of Object.entries(cases))
    it(`is answered as without the plugin: ${which}`, async () => {
      const { byCookie, bearer, jwt } = await make()
      for (const headers of [byCookie, bearer, jwt]) {
        for (const path of ['/api/posts/count', '/api/whoami', '/api/users/me', '/api/nothing']) {
          const [ours, without] = await Promise.all(
            [app, bare].map(async (each) => {
              const answer = await each.request(path, { headers })
              const { status } = answer
              return { status, cookies: answer.headers.getSetCookie(), body: await answer.json() }
            }),
          )
          expect(ours).toEqual(without)
        }
      }
    })

  it('passes the guard, and stays in the browser', async () => {
    for (const make of Object.values(cases)) {
      const { byCookie } = await make()
      for (const path of ['/', '/account', '/api/posts']) {
        expect(await guarded(path, byCookie)).toBeUndefined()
      }
    }
  })

  it('is neither counted nor reported, and does not fill the log', async () => {
    const error = vi.spyOn(app.payload.logger, 'error')
    for (const collection of PROTOTYPES) {
      const { byCookie } = theirs({ collection })
      await app.request('/api/posts', { headers: byCookie })
      await guarded('/account', byCookie)
    }
    const session = await login(app)
    await app.request('/api/users/logout', { method: 'POST', headers: session.jwt })
    await app.request('/api/posts', { headers: session.jwt })
    await eventually(() => expect(told).not.toEqual([]))
    expect(told).toMatchObject([{ jti: session.claims.jti, suppressed: 0 }])
    expect(error).not.toHaveBeenCalled()
  })

  it('keeps its session at the neighbour, whatever is requested here with it', async () => {
    const session = await login(neighbour)
    for (const path of ['/api/users/logout', '/api/users/refresh-token']) {
      await app.request(path, { method: 'POST', headers: session.byCookie })
      await guarded(path, session.byCookie, 'POST')
    }
    const me = await neighbour.request('/api/users/me', { headers: session.jwt })
    expect(await me.json()).toMatchObject({ user: { id: 1 } })
  })
})

describe('a token that this application signed is refused', () => {
  const old = (claims: object = {}) =>
    loginFrom(
      signToken({
        ...{ id: 1, collection: 'users', email: 'member@example.com' },
        ...{ iat: secondsAgo(10_800), exp: secondsAgo(-3_600) },
        ...claims,
      }),
    )

  for (const collection of ['users', 'no-such-collection', ...PROTOTYPES])
    it(`in a request and behind the guard, and its cookie is cleared: ${collection}`, async () => {
      const { byCookie } = old({ collection })
      const answer = await app.request('/api/posts', { headers: byCookie })
      const page = await guarded('/account', byCookie)
      expect([answer.status, page?.status]).toEqual([401, 307])
      for (const each of [answer, page]) {
        expect(each?.headers.get('Set-Cookie')).toMatch(/^payload-token=;/)
      }
    })

  it('also if another algorithm signed it that Payload accepts', async () => {
    const { createHmac } = await import('node:crypto')
    const sign = (claims: object) => {
      const text = [{ alg: 'HS512', typ: 'JWT', authVersion: 1 }, claims]
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .join('.')
      const signature = createHmac('sha512', app.payload.secret).update(text).digest('base64url')
      return { Authorization: `JWT ${text}.${signature}` }
    }
    const claims = {
      id: 1,
      collection: 'users',
      iat: secondsAgo(1),
      exp: secondsAgo(-60),
      jti: 'a',
    }
    const me = async () => (await app.request('/api/users/me', { headers: sign(claims) })).json()
    expect(await me()).toMatchObject({ user: { id: 1 } })
    await revocations(app.payload).revoke({ jti: 'a' })
    const answer = await app.request('/api/users/me', { headers: sign(claims) })
    expect(answer.status).toBe(401)
  })
})

describe('two Payload instances in one process', () => {
  it('each judge what they signed, and the guard asks the one that signed the token', async () => {
    const here = await login(app)
    const there = await login(neighbour)
    const instances = [app, neighbour]
    for (const [index, { payload }] of instances.entries()) {
      await revocations(payload).revoke({ user: { collection: 'users', id: 1 } })
      const both = await Promise.all([here, there].map(({ byCookie }) => guarded('/a', byCookie)))
      // First, only our token is refused. The neighbour ends its own afterwards.
      expect(both.map((each) => each?.status)).toEqual(index === 0 ? [307, undefined] : [307, 307])
    }
  })

  it('watch the sockets of the tokens that they signed', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    vi.setSystemTime(Date.now() + CLOCK_TOLERANCE_MS + 1)
    try {
      const ends: unknown[] = []
      const there = await login(neighbour)
      const cancel = createGuard().onTokenRevoked(there.token, (end) => void ends.push(end))
      await revocations(app.payload).revoke({ user: { collection: 'users', id: 1 } })
      await revocations(app.payload).revoke({ session: String(there.claims.sid) })
      expect(ends).toEqual([])
      await revocations(neighbour.payload).revoke({ session: String(there.claims.sid) })
      expect(ends).toMatchObject([{ status: 'revoked', scope: 'session' }])
      cancel()
    } finally {
      vi.useRealTimers()
    }
  })
})
