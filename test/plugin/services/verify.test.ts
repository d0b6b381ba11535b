import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runtimeOf } from '../../../src/plugin/runtime/runtimeOf.js'
import { breakReads } from '../../support/breakReads.js'
import { type App, createApp } from '../../support/createApp.js'
import { type Login, login } from '../../support/login.js'
import { basic, SERVICE } from '../../support/oauth.js'
import { signToken } from '../../support/signToken.js'

const plugin = { services: [SERVICE] }
const PATH = '/api/revocation/verify'
const NAMES = ['X-Auth-Collection', 'X-Auth-User', 'X-Auth-Session']
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

const namesIn = ({ headers }: Response) => NAMES.map((name) => headers.get(name))

describe('verify', () => {
  let app: App
  let session: Login
  let ended: Login
  beforeAll(async () => {
    app = await createApp({ plugin })
    session = await login(app)
    ended = await login(app)
    await app.request('/api/users/logout', { method: 'POST', headers: ended.jwt })
  })
  afterAll(() => app.close())

  const ask = (headers: HeadersInit = {}, path = PATH, method = 'GET') =>
    app.request(path, { headers, method })

  for (const method of METHODS) {
    it(`answers ${method}, at its path and below`, async () => {
      for (const path of [PATH, `${PATH}/`, `${PATH}/orders/42`, `${PATH}/a%2Fb?x=1`]) {
        const good = await ask(session.jwt, path, method)
        expect(good.status, path).toBe(200)
        expect(namesIn(good)).toEqual(['users', String(session.claims.id), session.claims.sid])
        expect(good.headers.get('Cache-Control')).toBe('no-store')
        expect((await ask(ended.jwt, path, method)).status, path).toBe(401)
        expect((await ask({}, path, method)).status, path).toBe(401)
      }
    })
  }

  it('reads the token where Payload reads it', async () => {
    for (const way of ['jwt', 'bearer', 'byCookie'] as const) {
      expect((await ask(session[way])).status).toBe(200)
      const refused = await ask(ended[way])
      expect(refused.status).toBe(401)
      expect(refused.headers.get('WWW-Authenticate')).toMatch(/^Bearer error="invalid_token"/)
    }
  })

  it('answers 401 without a token, and with one that is not good', async () => {
    const { claims } = session
    const now = Math.floor(Date.now() / 1_000)
    const texts = [
      signToken({ ...claims, exp: now - 1 }),
      signToken({ ...claims, id: 4711 }),
      signToken(claims, { secret: 'another-secret' }),
      signToken(claims, { header: { authVersion: undefined } }),
      'nonsense',
      SERVICE.secret,
    ]
    for (const text of texts) {
      const answer = await ask({ Authorization: `Bearer ${text}` })
      expect(answer.status).toBe(401)
      expect(namesIn(answer)).toEqual([null, null, null])
      expect(answer.headers.get('Location')).toBeNull()
    }
    const nobody = await ask()
    expect(nobody.status).toBe(401)
    expect(nobody.headers.get('WWW-Authenticate')).toBe('Bearer')
    expect((await ask(basic())).status).toBe(401)
  })

  const ANONYMOUS = `${PATH}?anonymous=allow`

  it('`?anonymous=allow` lets in who shows no token of this application, with empty names', async () => {
    const foreign = signToken(session.claims, { secret: 'another-secret' })
    const shown: Record<string, string>[] = [{}, { Cookie: `payload-token=${foreign}` }]
    for (const headers of shown) {
      const answer = await ask(headers, ANONYMOUS)
      expect(answer.status).toBe(200)
      expect(namesIn(answer)).toEqual(['', '', ''])
    }
    const expired = signToken({ ...session.claims, exp: 1 })
    expect((await ask({ Authorization: `JWT ${expired}` }, ANONYMOUS)).status).toBe(401)
    expect((await ask(ended.byCookie, ANONYMOUS)).status).toBe(401)
    expect(namesIn(await ask(session.jwt, ANONYMOUS))).toContain('users')
  })

  it('`?anonymous=allow` is the word of the gateway, and not of its client', async () => {
    // Envoy adds the client’s path with its query; Caddy adds the query.
    expect((await ask({}, `${PATH}/orders?anonymous=allow`)).status).toBe(401)
    expect((await ask({}, `${PATH}/?anonymous=allow`)).status).toBe(401)
    expect((await ask({}, `${ANONYMOUS}&x=1`)).status).toBe(401)
    for (const name of ['X-Forwarded-Uri', 'X-Original-URI']) {
      expect((await ask({ [name]: '/orders?anonymous=allow' }, ANONYMOUS)).status).toBe(401)
      expect((await ask({ [name]: '/orders?x=1' }, ANONYMOUS)).status).toBe(200)
    }
    const form = new Request(`http://127.0.0.1:3000${PATH}`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/x-www-form-urlencoded',
        'X-HTTP-Method-Override': 'GET',
      },
      body: 'anonymous=allow',
    })
    expect((await app.send(form)).status).toBe(401)
  })

  it('never returns the names that somebody sent', async () => {
    const forged = Object.fromEntries(NAMES.map((name) => [name, 'forged']))
    for (const [headers, path] of [
      [{}, PATH],
      [{}, `${PATH}?anonymous=allow`],
      [session.jwt, PATH],
    ] as const) {
      const answer = await ask({ ...headers, ...forged }, path)
      expect(namesIn(answer)).not.toContain('forged')
    }
  })

  it('sends visible ASCII only, and keeps each name whole', async () => {
    const sid = 'säsong 1\r\nX-Auth-User: 99, 50%'
    const answer = await ask({ Authorization: `JWT ${signToken({ ...session.claims, sid })}` })
    expect(answer.status).toBe(200)
    const [, user, name] = namesIn(answer)
    const named = name ?? ''
    expect(user).toBe(String(session.claims.id))
    expect(named).toMatch(/^[\x21-\x7e]+$/)
    expect(decodeURIComponent(named)).toBe(sid)
  })

  it('counts tokens only: an API key is none', async () => {
    const apiKey = 'the-api-key-of-a-customer'
    await app.payload.create({
      collection: 'customers',
      data: { email: 'c@example.com', password: 'customer-password', enableAPIKey: true, apiKey },
    })
    const byKey = { Authorization: `customers API-Key ${apiKey}` }
    const me = await app.request('/api/customers/me', { headers: byKey })
    expect(await me.json()).toMatchObject({ user: { email: 'c@example.com' } })
    expect((await ask(byKey)).status).toBe(401)
    expect((await ask({ ...byKey, ...ended.byCookie })).status).toBe(401)
  })
})

describe('verify that cannot tell', () => {
  it('answers 503 with Retry-After while the denylist is too stale', async () => {
    const app = await createApp({ plugin: { ...plugin, maxStaleness: 0.1, pollInterval: 0.05 } })
    const session = await login(app)
    expect((await app.request(PATH, { headers: session.jwt })).status).toBe(200)
    breakReads(app.payload)
    const { denylist } = runtimeOf(app.payload)
    await expect.poll(() => denylist.state.isFresh).toBe(false)
    for (const path of [PATH, `${PATH}/x?anonymous=allow`]) {
      const answer = await app.request(path, { headers: session.jwt })
      expect(answer.status).toBe(503)
      expect(answer.headers.get('Retry-After')).toBe('1')
    }
    await app.close()
  })

  it('answers 503, and not that the user is gone, when the database is', async () => {
    const app = await createApp({ plugin })
    const session = await login(app)
    const { findOne } = app.payload.db
    const { execute } = app.payload.db as unknown as { execute: unknown }
    const fail = () => Promise.reject(new Error('no connection'))
    Object.assign(app.payload.db, { findOne: fail, execute: fail })
    expect((await app.request(PATH, { headers: session.jwt })).status).toBe(503)
    Object.assign(app.payload.db, { findOne, execute })
    expect((await app.request(PATH, { headers: session.jwt })).status).toBe(200)
    await app.close()
  })
})

describe('verify and auto-login', () => {
  it('lets nobody in who shows no token', async () => {
    const app = await createApp({
      plugin,
      configure: (config) => ({
        ...config,
        admin: { ...config.admin, autoLogin: { email: 'member@example.com' } },
      }),
    })
    const me = await app.request('/api/users/me')
    expect(await me.json()).toMatchObject({ user: { email: 'member@example.com' } })
    expect((await app.request(PATH)).status).toBe(401)
    await app.close()
  })
})

describe('without the option `services`', () => {
  it('there is no verify; a gateway gets no 200 by which it would let everybody in', async () => {
    const app = await createApp()
    const { jwt } = await login(app)
    for (const method of METHODS.filter((each) => each !== 'OPTIONS')) {
      expect((await app.request(PATH, { method, headers: jwt })).status).toBe(404)
    }
    await app.close()
  })
})
