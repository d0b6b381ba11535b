import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MEMBER } from '../../support/baseConfig.js'
import { type App, createApp } from '../../support/createApp.js'
import { type Login, login } from '../../support/login.js'
import { stateless, withUsers } from '../../support/withUsers.js'

const CHALLENGE = 'Bearer error="invalid_token", error_description="The token has been revoked"'

/** `[method, path]` of every REST request that a revoked token must not reach. */
const PROTECTED = [
  ['GET', '/api/users/me'],
  ['GET', '/api/users'],
  ['GET', '/api/users/1'],
  ['PATCH', '/api/users/1'],
  ['POST', '/api/users/refresh-token'],
  ['POST', '/api/users/logout'],
  ['GET', '/api/notes'],
  ['POST', '/api/notes'],
  ['GET', '/api/posts'],
  ['GET', '/api/posts/1'],
  ['GET', '/api/globals/site'],
  ['GET', '/api/access'],
  ['GET', '/api/whoami'],
  ['GET', '/api/notes/count'],
  ['GET', '/api/payload-preferences/theme'],
  ['GET', '/api/files'],
  ['GET', '/api/revocations'],
] as const

async function loggedOut(app: App): Promise<Login> {
  const session = await login(app)
  const logout = await app.request('/api/users/logout', { method: 'POST', headers: session.jwt })
  if (logout.status !== 200) throw new Error(`logout: ${logout.status}`)
  return session
}

describe('a revoked token over REST', () => {
  let app: App
  let revoked: Login
  beforeAll(async () => {
    app = await createApp({
      configure: (config) => ({
        ...config,
        collections: [
          ...(config.collections ?? []),
          {
            slug: 'files',
            upload: { staticDir: '/nonexistent' },
            access: { read: () => true },
            fields: [],
          },
        ],
      }),
    })
    revoked = await loggedOut(app)
  })
  afterAll(() => app.close())

  for (const [method, path] of PROTECTED) {
    it(`${method} ${path} answers 401 with one challenge in Payload's error shape`, async () => {
      for (const headers of [revoked.jwt, revoked.bearer, revoked.byCookie]) {
        const response = await app.request(path, { method, headers })
        expect(response.status).toBe(401)
        expect(response.headers.get('WWW-Authenticate')).toBe(CHALLENGE)
        expect(await response.json()).toEqual({
          errors: [{ name: 'TokenRevoked', message: expect.any(String) }],
        })
      }
    })
  }

  it('is cleared from the browser when it came by cookie, and only then', async () => {
    const byCookie = await app.request('/api/posts', { headers: revoked.byCookie })
    expect(byCookie.headers.get('Set-Cookie')).toMatch(/^payload-token=; Expires=.*; Path=\//)
    const byHeader = await app.request('/api/posts', { headers: revoked.jwt })
    expect(byHeader.headers.get('Set-Cookie')).toBeNull()
  })

  it('an unknown route stays 404', async () => {
    const response = await app.request('/api/no-such-route', { headers: revoked.jwt })
    expect(response.status).toBe(404)
  })

  it('is refused in a GET that is sent as POST', async () => {
    const response = await app.request('/api/posts', {
      method: 'POST',
      body: {},
      headers: { ...revoked.jwt, 'X-Payload-HTTP-Method-Override': 'GET' },
    })
    expect(response.status).toBe(401)
  })

  describe('does not prevent', () => {
    it('logging in', async () => {
      for (const headers of [revoked.byCookie, revoked.jwt]) {
        expect((await app.request('/api/users/login', { body: MEMBER, headers })).status).toBe(200)
      }
    })

    it('a request for a password reset, and the reset', async () => {
      const { byCookie: headers } = revoked
      const body = { email: MEMBER.email }
      const forgot = await app.request('/api/users/forgot-password', { body, headers })
      expect(forgot.status).toBe(200)
      const token = await app.payload.forgotPassword({
        collection: 'users',
        data: body,
        disableEmail: true,
      })
      const reset = await app.request('/api/users/reset-password', {
        body: { token, password: MEMBER.password },
        headers,
      })
      expect(reset.status).toBe(200)
    })

    it('registration of the first user of a collection', async () => {
      const response = await app.request('/api/customers/first-register', {
        body: { email: 'first@example.com', password: 'first-password' },
        headers: revoked.byCookie,
      })
      expect(response.status).toBe(200)
    })

    it('verification of an e-mail address', async () => {
      const response = await app.request('/api/users/verify/some-code', {
        method: 'POST',
        headers: revoked.byCookie,
      })
      expect(response.status).not.toBe(401)
    })
  })

  describe('together with another credential', () => {
    it('an API key decides', async () => {
      const apiKey = 'an-api-key-of-the-tests'
      await app.payload.create({
        collection: 'customers',
        data: { email: 'key@example.com', password: 'x-password', enableAPIKey: true, apiKey },
      })
      const headers = { ...revoked.byCookie, Authorization: `customers API-Key ${apiKey}` }
      const response = await app.request('/api/whoami', { headers })
      expect(response.status).toBe(200)
      expect(await response.json()).toEqual({ email: 'key@example.com' })
    })

    it("another strategy's credential decides", async () => {
      const other = await createApp({
        configure: withUsers((users) => ({
          ...users,
          auth: {
            strategies: [
              {
                name: 'badge',
                authenticate: async ({ headers, payload }) => {
                  if (headers.get('X-Badge') !== 'ours') return { user: null }
                  const user = await payload.findByID({ collection: 'users', id: 1 })
                  return { user: { ...user, collection: 'users' } as never }
                },
              },
            ],
          },
        })),
      })
      const stale = await loggedOut(other)
      const withBadge = { ...stale.byCookie, 'X-Badge': 'ours' }
      const response = await other.request('/api/whoami', { headers: withBadge })
      expect(await response.json()).toEqual({ email: MEMBER.email })
      const without = { ...stale.byCookie, 'X-Badge': 'theirs' }
      expect((await other.request('/api/whoami', { headers: without })).status).toBe(401)
      await other.close()
    })

    it('a wrong API key does not decide', async () => {
      const headers = { ...revoked.byCookie, Authorization: 'customers API-Key wrong' }
      expect((await app.request('/api/whoami', { headers })).status).toBe(401)
    })
  })

  describe('spelled differently', () => {
    const respelled = (token: string) => {
      const [header, claims, signature = ''] = token.split('.')
      const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
      const last = alphabet.indexOf(signature.at(-1) ?? '')
      return {
        'with padding': `${token}=`,
        'with spare bits set in the last character': `${header}.${claims}.${signature.slice(0, -1)}${alphabet[last ^ 1]}`,
        'with a padded payload': `${header}.${claims}==.${signature}`,
      }
    }

    it('is accepted by Payload when it is not revoked, in at least one spelling', async () => {
      const session = await login(app)
      const answers = await Promise.all(
        Object.values(respelled(session.token)).map(async (token) => {
          const response = await app.request('/api/users/me', {
            headers: { Authorization: `JWT ${token}` },
          })
          return ((await response.json()) as { user: unknown }).user !== null
        }),
      )
      expect(answers).toContain(true)
    })

    it('is refused anyway, in header and cookie', async () => {
      for (const token of Object.values(respelled(revoked.token))) {
        for (const headers of [
          { Authorization: `JWT ${token}` },
          { Authorization: `Bearer ${token}` },
          { Cookie: `payload-token=${token}` },
        ] as Record<string, string>[]) {
          expect((await app.request('/api/posts', { headers })).status).toBe(401)
        }
      }
    })

    it('is refused in any case of the scheme', async () => {
      for (const scheme of ['jwt', 'JWT', 'bearer', 'BEARER', 'Bearer ']) {
        const headers = { Authorization: `${scheme} ${revoked.token}` }
        expect((await app.request('/api/posts', { headers })).status).toBe(401)
      }
    })
  })
})

describe('payload.auth', () => {
  it('returns no user for a revoked token', async () => {
    const app = await createApp()
    const revoked = await loggedOut(app)
    for (const headers of [revoked.jwt, revoked.bearer, revoked.byCookie]) {
      const { user } = await app.payload.auth({ headers: new Headers(headers) })
      expect(user).toBeNull()
    }
    await app.close()
  })
})

describe('GraphQL', () => {
  it('has no user in any resolver for a revoked token', async () => {
    const app = await createApp({ isDefault: true })
    const revoked = await loggedOut(app)
    const response = await app.graphQL(
      '{ meUser { user { email } } Posts { totalDocs } }',
      revoked.jwt,
    )
    expect(await response.json()).toMatchObject({ data: { meUser: { user: null } } })
    await app.close()
  })
})

describe('auto-login', () => {
  const autoLogin: Parameters<typeof createApp>[0] = {
    configure: (config) => ({
      ...config,
      admin: { ...config.admin, autoLogin: { email: MEMBER.email } },
    }),
  }

  it('answers when there is no token, but not for a revoked one', async () => {
    const app = await createApp(autoLogin)
    expect(await (await app.request('/api/whoami')).json()).toEqual({ email: MEMBER.email })
    const revoked = await loggedOut(app)
    expect((await app.request('/api/whoami', { headers: revoked.jwt })).status).toBe(401)
    const { user } = await app.payload.auth({ headers: new Headers(revoked.byCookie) })
    expect(user).toBeNull()
    await app.close()
  })
})

describe('csrf and jwtOrder', () => {
  it('a cookie that Payload would ignore is no reason to refuse', async () => {
    const app = await createApp({
      configure: (config) => ({ ...config, csrf: ['https://app.example.com'] }),
    })
    const revoked = await loggedOut(app)
    const headers = { ...revoked.byCookie, Origin: 'https://elsewhere.example.com' }
    expect((await app.request('/api/posts', { headers })).status).toBe(200)
    const allowed = { ...revoked.byCookie, Origin: 'https://app.example.com' }
    expect((await app.request('/api/posts', { headers: allowed })).status).toBe(401)
    await app.close()
  })

  it('the token that Payload would read decides', async () => {
    const app = await createApp({
      configure: (config) => ({ ...config, auth: { jwtOrder: ['cookie', 'JWT'] } }),
    })
    const revoked = await loggedOut(app)
    const living = await login(app)
    const cookieFirst = { ...living.byCookie, ...revoked.jwt }
    expect((await app.request('/api/users/me', { headers: cookieFirst })).status).toBe(200)
    const revokedFirst = { ...revoked.byCookie, ...living.jwt }
    expect((await app.request('/api/users/me', { headers: revokedFirst })).status).toBe(401)
    await app.close()
  })
})

describe('what is not a revoked token', () => {
  const apps: App[] = []
  beforeAll(async () => {
    apps.push(await createApp(), await createApp({ plugin: false, configure: stateless }))
  })
  afterAll(() => Promise.all(apps.map((app) => app.close())))

  const secret = () => apps[0]?.payload.secret ?? ''
  const base64url = (value: unknown) =>
    Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
  const sign = (claims: unknown, header: object = { alg: 'HS256', authVersion: 1, typ: 'JWT' }) => {
    const text = `${base64url(header)}.${base64url(claims)}`
    return `${text}.${createHmac('sha256', secret()).update(text).digest('base64url')}`
  }
  const now = () => Math.floor(Date.now() / 1000)
  const good = () => ({
    id: 1,
    collection: 'users',
    email: MEMBER.email,
    iat: now(),
    exp: now() + 60,
  })

  const CASES: Record<string, () => string> = {
    'a good one without jti': () => sign(good()),
    'one that does not tell when it was issued': () => sign({ ...good(), iat: undefined }),
    'an expired one': () => sign({ ...good(), iat: now() - 7200, exp: now() - 60 }),
    'a long-expired one': () => sign({ ...good(), iat: now() - 1e6, exp: now() - 9e5 }),
    'a forged one': () => `${sign(good()).slice(0, -5)}AAAAA`,
    'alg none': () => `${base64url({ alg: 'none' })}.${base64url(good())}.`,
    'a key of its own in the header': () => {
      const key = Buffer.from('a key that the forger brings along')
      const jwk = { kty: 'oct', k: key.toString('base64url') }
      const header = { alg: 'HS256', authVersion: 1, typ: 'JWT', jwk, kid: '/dev/null' }
      const urls = { jku: 'https://evil.example/keys', x5u: 'https://evil.example/key' }
      const text = `${base64url({ ...header, ...urls })}.${base64url(good())}`
      return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`
    },
    'no authVersion': () => sign(good(), { alg: 'HS256', typ: 'JWT' }),
    garbage: () => 'garbage',
    'dots only': () => '..',
    'claims that are no JSON': () => `e30.${base64url('not json')}.x`,
    'claims that are an array': () => sign([1, 2, 3]),
    'claims that are null': () => sign('null'),
    'id of a wrong type': () => sign({ ...good(), id: { a: 1 } }),
    'collection of a wrong type': () => sign({ ...good(), collection: 7 }),
    'an unknown collection': () => sign({ ...good(), collection: 'nobody' }),
    'a collection named like a prototype': () => sign({ ...good(), collection: '__proto__' }),
    'jti of a wrong type': () => sign({ ...good(), jti: { $ne: null } }),
    'sid of a wrong type': () => sign({ ...good(), sid: 5 }),
    'iat of a wrong type': () => sign({ ...good(), iat: 'yesterday' }),
    'exp of a wrong type': () => sign({ ...good(), exp: '9999999999' }),
    'a jti of 100 kB': () => sign({ ...good(), jti: 'j'.repeat(100_000) }),
    '1 MB of garbage': () => 'x'.repeat(1_000_000),
    '1 MB of garbage in three parts': () => `e30.${'x'.repeat(1_000_000)}.x`,
    'control characters in the claims': () => sign({ ...good(), jti: '\u0000\n\r"' }),
  }

  for (const [name, make] of Object.entries(CASES)) {
    it(`is answered as without the plugin: ${name}`, async () => {
      const token = make()
      for (const headers of [
        { Authorization: `JWT ${token}` },
        { Authorization: `Bearer ${token}` },
        { Cookie: `payload-token=${token}` },
      ] as Record<string, string>[]) {
        const [ours, theirs] = await Promise.all(
          apps.map(async (app) => {
            const response = await app.request('/api/whoami', { headers })
            return { status: response.status, body: await response.json() }
          }),
        )
        expect(ours).toEqual(theirs)
        expect(ours?.status).toBe(200)
      }
    })
  }

  it('is refused without an issue time and an expiry, because nobody could end it', async () => {
    const headers = { Authorization: `JWT ${sign({ ...good(), iat: undefined, exp: undefined })}` }
    const statuses = apps.map(async (app) => (await app.request('/api/whoami', { headers })).status)
    expect(await Promise.all(statuses)).toEqual([401, 200])
  })

  it('is refused without an `iat` if it outlives the tokens of its collection', async () => {
    const long = { ...good(), iat: undefined, exp: now() + 30 * 86_400 }
    const headers = { Authorization: `JWT ${sign(long)}` }
    const statuses = apps.map(async (app) => (await app.request('/api/whoami', { headers })).status)
    expect(await Promise.all(statuses)).toEqual([401, 200])
  })

  it('is answered as without the plugin: no token at all', async () => {
    const [ours, theirs] = await Promise.all(
      apps.map(async (app) => (await app.request('/api/notes')).status),
    )
    expect(ours).toBe(theirs)
  })
})
