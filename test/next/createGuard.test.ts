import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createDenylist, type Denylist } from '../../src/core/denylist.js'
import { RevocationError } from '../../src/core/errors.js'
import type { Feed } from '../../src/core/ports.js'
import { processWide } from '../../src/core/processWide.js'
import { CLOCK_TOLERANCE_MS } from '../../src/core/revocation.js'
import type { SharedRuntime } from '../../src/core/sharedRuntime.js'
import { uuidv7 } from '../../src/core/uuidv7.js'
import { createGuard, type Guard, type GuardOptions } from '../../src/next/index.js'
import { redisFeed } from '../../src/redis/index.js'
import { eventually } from '../support/eventually.js'
import { memoryLedger } from '../support/memoryLedger.js'
import { APP_SECRET } from '../support/nextApp.js'
import { waitingTimeOf } from '../support/ownTime.js'
import { type RedisServer, startRedis } from '../support/redisServer.js'
import { sampleRevocation, tokenText } from '../support/samples.js'
import { signToken } from '../support/signToken.js'

const ORIGIN = 'https://app.example.com'
const LIMITS = { maxTokenLifetimeMs: 7_200_000, maxStalenessMs: 10_000 }

let redis: RedisServer
/** The process in which Payload runs. */
let payloadSide: Denylist
const feeds: Feed[] = []

beforeAll(async () => {
  vi.spyOn(console, 'warn').mockImplementation(() => {})
  redis = await startRedis()
  payloadSide = createDenylist({ ...LIMITS, ledger: memoryLedger(), feed: ownFeed() })
  await payloadSide.revoke([
    sampleRevocation('jti:revoked'),
    sampleRevocation('jti:rotated', { reason: 'rotated', effectiveAt: Date.now() - 1 }),
    sampleRevocation('user:users:ended', { cutoff: Date.now() + CLOCK_TOLERANCE_MS }),
  ])
  // Before the first heartbeat a guard cannot judge a token.
  await eventually(async () =>
    expect(await redis.client.get('revocation:heartbeat')).not.toBeNull(),
  )
})
afterAll(async () => {
  await payloadSide?.close()
  await Promise.all(feeds.map((feed) => feed.close()))
  await redis?.stop()
  vi.restoreAllMocks()
})

function ownFeed() {
  const feed = redisFeed({ url: redis.url })
  feeds.push(feed)
  return feed
}
/** In front of a Payload app, in a process of its own. */
const newGuard = (options: GuardOptions = {}) =>
  createGuard({ feed: ownFeed(), secret: APP_SECRET, ...OF_PAYLOAD, ...options })
const OF_PAYLOAD = { apiPath: '/api', adminPath: '/admin', loginPath: '/login' }

const tokenOf = (claims: object = {}) => {
  const now = Math.floor(Date.now() / 1_000)
  const jti = uuidv7(Date.now())
  return signToken({ id: 1, collection: 'users', jti, iat: now, exp: now + 3_600, ...claims })
}
const REVOKED = () => tokenOf({ jti: 'revoked' })

interface Asked {
  method?: string
  token?: string
  headers?: Record<string, string>
  /** A request as Next.js passes it to `proxy.ts`. */
  nextUrl?: { basePath: string }
}

/** The headers of a browser's page navigation, without TLS. */
const VISIT = { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

const ask = (
  guard: Guard,
  target: string,
  { method = 'GET', token = REVOKED(), headers = VISIT, nextUrl }: Asked = {},
) => {
  const all = { Cookie: `payload-token=${token}`, ...headers }
  const request = new Request(ORIGIN + target, { method, headers: all })
  return guard(Object.assign(request, nextUrl && { nextUrl }))
}

describe('a guard with a feed of its own', () => {
  let guard: Guard
  beforeAll(() => {
    guard = newGuard()
  })

  it('redirects a page with a revoked token to the login page, with the way back', async () => {
    const response = await ask(guard, '/account/orders?page=2&token=one-time-secret')
    expect(response?.status).toBe(307)
    const location = new URL(response?.headers.get('Location') ?? '')
    expect(location.origin + location.pathname).toBe(`${ORIGIN}/login`)
    expect(location.search).toBe('?redirect=%2Faccount%2Forders')
    expect(response?.headers.get('Cache-Control')).toBe('no-store')
  })

  it.each<[string, Record<string, string>]>([
    ['a script', { 'Sec-Fetch-Mode': 'cors', Accept: '*/*' }],
    ['a picture', { 'Sec-Fetch-Mode': 'no-cors', 'Sec-Fetch-Dest': 'image' }],
    ['a program', { Accept: '*/*' }],
    ['nobody in particular', {}],
    ['the router', { RSC: '1', Accept: '*/*' }],
    ['the router, ahead of a click', { RSC: '1', 'Next-Router-Prefetch': '1' }],
    ['the router of a site without TLS', { RSC: '1', Accept: 'text/html' }],
  ])('answers %s with an uncacheable 401 for a page', async (_, headers) => {
    for (const method of ['GET', 'POST']) {
      const response = await ask(guard, '/my-route', { method, headers })
      expect(response?.status).toBe(401)
      expect(response?.headers.get('Cache-Control')).toBe('no-store')
      expect(await response?.json()).toMatchObject({ errors: [{ name: 'TokenRevoked' }] })
    }
  })

  it.each<[string, Record<string, string>, string, number]>([
    ['a link', { 'Sec-Fetch-Mode': 'navigate' }, 'GET', 307],
    [
      'a link that is opened ahead',
      { 'Sec-Fetch-Mode': 'navigate', 'Sec-Purpose': 'prefetch' },
      'GET',
      307,
    ],
    ['a form', { 'Sec-Fetch-Mode': 'navigate' }, 'POST', 303],
    ['an older browser', VISIT, 'GET', 307],
    ['a script that asks for HTML', { 'Sec-Fetch-Mode': 'cors', Accept: 'text/html' }, 'GET', 307],
  ])('redirects %s to the login page', async (_, headers, method, status) => {
    const response = await ask(guard, '/account', { method, headers })
    expect(response?.status).toBe(status)
    expect(response?.headers.get('Location')).toBe(`${ORIGIN}/login?redirect=%2Faccount`)
  })

  it('redirects the router to the login page when it calls a server function', async () => {
    const headers = { 'Next-Action': 'an-action', Accept: 'text/x-component' }
    const response = await ask(guard, '/account', { method: 'POST', headers })
    expect(response?.status).toBe(303)
    expect(response?.headers.get('X-Action-Redirect')).toBe('/login?redirect=%2Faccount;push')
  })

  it('clears the revoked cookie on the login page, in Next.js', async () => {
    const guard = newGuard()
    const response = await ask(guard, '/login', { nextUrl: { basePath: '' } })
    expect(response?.headers.get('x-middleware-next')).toBe('1')
    expect(response?.headers.get('Set-Cookie')).toMatch(/^payload-token=; Expires=Thu, 01 Jan 1970/)
    expect(
      await ask(guard, '/login', { token: tokenOf(), nextUrl: { basePath: '' } }),
    ).toBeUndefined()
  })

  it('knows the base path of a Next.js app', async () => {
    const below = { nextUrl: { basePath: '/cms' } }
    const response = await ask(guard, '/cms/account', below)
    expect(response?.headers.get('Location')).toBe(`${ORIGIN}/cms/login?redirect=%2Faccount`)
    expect((await ask(guard, '/cms', below))?.headers.get('Location')).toBe(
      `${ORIGIN}/cms/login?redirect=%2F`,
    )
    expect((await ask(guard, '/cms/api/users/me', below))?.status).toBe(401)
    expect(await ask(guard, '/cms/admin/collections', below)).toBeUndefined()
    expect(await ask(guard, '/cms/api/users/login', { method: 'POST', ...below })).toBeUndefined()
    expect((await ask(guard, '/cms/login', below))?.headers.get('x-middleware-next')).toBe('1')
  })

  it('treats a token without an issue time as one of the longest lifetime', async () => {
    const show = (claims: object) =>
      ask(guard, '/account', { token: tokenOf({ jti: undefined, iat: undefined, ...claims }) })
    expect(await show({})).toBeUndefined()
    expect((await show({ id: 'ended' }))?.status).toBe(307)
    expect((await show({ exp: undefined }))?.status).toBe(307)
  })

  it('clears the revoked cookie', async () => {
    const cookie = (await ask(newGuard(), '/account'))?.headers.get('Set-Cookie')
    expect(cookie).toMatch(/^payload-token=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=\/;/)
    expect(cookie).toContain('HttpOnly')
  })

  it('leaves the cookies in place when the token came in a header', async () => {
    const headers = { ...VISIT, Authorization: `Bearer ${REVOKED()}` }
    const response = await guard(new Request(`${ORIGIN}/account`, { headers }))
    expect(response?.status).toBe(307)
    expect(response?.headers.has('Set-Cookie')).toBe(false)
  })

  it.each(['POST', 'PUT', 'DELETE'])(
    'turns a %s of a page into a GET of the login page',
    async (method) => {
      expect((await ask(guard, '/account', { method }))?.status).toBe(303)
    },
  )

  it('answers a HEAD like a GET', async () => {
    expect((await ask(guard, '/account', { method: 'HEAD' }))?.status).toBe(307)
  })

  it('answers an API path with 401 and one challenge', async () => {
    for (const target of ['/api/users/me', '/api', '/api/graphql']) {
      const response = await ask(guard, target)
      expect(response?.status).toBe(401)
      const challenge = response?.headers.get('WWW-Authenticate') ?? ''
      expect(challenge.match(/Bearer/g)).toHaveLength(1)
      expect(challenge).toMatch(/^Bearer error="invalid_token"/)
      expect(await response?.json()).toMatchObject({ errors: [{ name: 'TokenRevoked' }] })
    }
  })

  it('refuses by a cut-off what was issued before it', async () => {
    expect((await ask(guard, '/account', { token: tokenOf({ id: 'ended' }) }))?.status).toBe(307)
    const later = uuidv7(Date.now() + 2 * CLOCK_TOLERANCE_MS)
    const token = tokenOf({ id: 'ended', jti: later })
    expect(await ask(guard, '/account', { token })).toBeUndefined()
  })

  it('soon refuses what another process revokes now', async () => {
    const token = tokenOf({ jti: 'revoked-later' })
    expect(await ask(guard, '/account', { token })).toBeUndefined()
    await payloadSide.revoke([sampleRevocation('jti:revoked-later')])
    const isRefused = async () => expect(await ask(guard, '/account', { token })).toBeDefined()
    await eventually(isRefused)
  })

  it.each([
    ['GET', '/admin'],
    ['GET', '/admin/collections/users'],
    ['POST', '/admin/login'],
    ['GET', '/login'],
    ['GET', '/login/'],
    ['POST', '/login?redirect=%2F'],
    ['POST', '/api/users/login'],
    ['POST', '/api/customers/forgot-password'],
    ['POST', '/api/users/reset-password'],
    ['POST', '/api/users/first-register'],
    ['POST', '/api/users/verify/a-token'],
    ['POST', '/api/users/login/'],
  ])('lets %s %s pass', async (method, target) => {
    expect(await ask(guard, target, { method })).toBeUndefined()
  })

  it.each([
    ['GET', '/api/users/login', 401],
    ['POST', '/api/users/logout', 401],
    ['POST', '/api/users/refresh-token', 401],
    ['POST', '/api/users/login/more', 401],
    ['POST', '/api/a/b/login', 401],
    ['GET', '/apis', 307],
    ['GET', '/administration', 307],
    ['GET', '/login/more', 307],
    ['GET', '/loginx', 307],
    ['POST', '/users/login', 303],
  ])('does not treat %s %s as one of those', async (method, target, status) => {
    expect((await ask(guard, target, { method }))?.status).toBe(status)
  })

  it.each([
    ['POST', '/api/users/refresh-token', undefined],
    ['POST', '/api/users/refresh-token/', undefined],
    ['GET', '/api/users/refresh-token', 401],
    ['POST', '/api/users/logout', 401],
    ['POST', '/refresh-token', 303],
    ['POST', '/api/graphql', 401],
  ])(
    'passes a rotated token on to the gate at a refresh: %s %s',
    async (method, target, status) => {
      const token = tokenOf({ jti: 'rotated' })
      expect((await ask(guard, target, { method, token }))?.status).toBe(status)
    },
  )

  it.each([
    '//evil.example.com/x',
    '///evil.example.com',
    '/\\evil.example.com',
    '/.//evil.example.com',
    '/x/..//evil.example.com',
    '//evil.example.com/%2F..?a=1',
    '/\t/evil.example.com',
    '//admin',
    '//login',
  ])('never redirects off the site, not with the path `%s`', async (target) => {
    const response = await ask(guard, target)
    expect(response?.status).toBe(307)
    const location = new URL(response?.headers.get('Location') ?? '')
    expect(location.origin).toBe(ORIGIN)
    const back = location.searchParams.get('redirect') ?? ''
    expect(back).toMatch(/^\/(?![/\\])/)
    expect(new URL(back, location).origin).toBe(ORIGIN)
  })

  it('lets a good token, garbage and no token pass', async () => {
    expect(await ask(guard, '/account', { token: tokenOf() })).toBeUndefined()
    for (const token of ['garbage', 'a.b.c', '', '%', tokenText([]), 'x'.repeat(4_000)]) {
      expect(await ask(guard, '/account', { token })).toBeUndefined()
    }
    expect(await guard(new Request(`${ORIGIN}/account`))).toBeUndefined()
  })

  it('does not fail on unexpected claims', async () => {
    const claims = [{ id: '\ud83d', jti: undefined }, { iat: {} }, { sid: [] }, { exp: 1e308 }]
    for (const each of claims) {
      await expect(ask(guard, '/account', { token: tokenOf(each) })).resolves.not.toThrow()
    }
  })
})

describe('a guard in a service that is no Payload app', () => {
  let guard: Guard
  beforeAll(() => {
    guard = createGuard({ feed: ownFeed(), secret: APP_SECRET })
  })

  it.each([
    ['GET', '/admin'],
    ['DELETE', '/admin/orders/42'],
    ['GET', '/login'],
    ['POST', '/login'],
    ['DELETE', '/login'],
    ['POST', '/api/orders/login'],
    ['POST', '/api/orders/reset-password'],
    ['POST', '/api/payments/verify/42'],
    ['GET', '/api/revocation/live'],
    ['GET', '/posts'],
  ])('exempts no path: %s %s', async (method, target) => {
    for (const headers of [VISIT, { Accept: '*/*' }]) {
      const response = await ask(guard, target, { method, headers })
      expect(response?.status).toBe(401)
      expect(response?.headers.has('Location')).toBe(false)
    }
  })

  it('refuses a rotated token everywhere, too', async () => {
    const token = tokenOf({ jti: 'rotated' })
    const asked = { method: 'POST', token }
    expect((await ask(guard, '/api/orders/refresh-token', asked))?.status).toBe(401)
  })

  it('does not show pages to visitors whom it cannot make anonymous', async () => {
    const anonymous = createGuard({ feed: ownFeed(), onRevoked: 'anonymous' })
    expect((await ask(anonymous, '/posts'))?.status).toBe(401)
  })

  it('lets people log in at the paths that its options name, and at no other', async () => {
    const named = createGuard({ feed: ownFeed(), loginPath: '/sign-in', apiPath: '/cms/api' })
    expect(await ask(named, '/sign-in')).toBeUndefined()
    expect(await ask(named, '/sign-in', { method: 'POST' })).toBeUndefined()
    expect(await ask(named, '/cms/api/users/login', { method: 'POST' })).toBeUndefined()
    expect((await ask(named, '/account'))?.status).toBe(307)
    expect((await ask(named, '/login', { method: 'POST' }))?.status).toBe(303)
    expect((await ask(named, '/api/users/login', { method: 'POST' }))?.status).toBe(303)
    expect((await ask(named, '/admin'))?.status).toBe(307)
  })
})

describe('a guard that can reach neither Payload nor a feed', () => {
  it('lets everything pass to the gate, and logs once if that will never change', async () => {
    const warn = vi.mocked(console.warn)
    warn.mockClear()
    const guard = createGuard()
    expect(await ask(guard, '/account')).toBeUndefined()
    expect(warn).not.toHaveBeenCalled()
    vi.stubGlobal('EdgeRuntime', 'edge-runtime')
    try {
      for (let times = 0; times < 2; times += 1)
        expect(await ask(guard, '/account')).toBeUndefined()
    } finally {
      vi.unstubAllGlobals()
    }
    expect(warn).toHaveBeenCalledTimes(1)
    expect(warn.mock.calls[0]?.[0]).toContain('Edge runtime')
  })
})

describe('the options of a guard', () => {
  it('set the login page, the API and the admin panel', async () => {
    const guard = newGuard({ loginPath: '/de/anmelden', apiPath: '/cms/api', adminPath: '/cms' })
    const page = await ask(guard, '/api/users/me')
    expect(new URL(page?.headers.get('Location') ?? '').pathname).toBe('/de/anmelden')
    expect(await ask(guard, '/de/anmelden')).toBeUndefined()
    expect(await ask(guard, '/cms/collections/users')).toBeUndefined()
    const api = newGuard({ apiPath: '/rest' })
    expect((await ask(api, '/rest/users/me'))?.status).toBe(401)
    expect(await ask(api, '/rest/users/login', { method: 'POST' })).toBeUndefined()
  })

  it('set a login page for each language', async () => {
    const guard = newGuard({
      loginPath: ({ url }) => `/${new URL(url).pathname.split('/')[1]}/login`,
    })
    const response = await ask(guard, '/de/account')
    expect(response?.headers.get('Location')).toBe(`${ORIGIN}/de/login?redirect=%2Fde%2Faccount`)
    expect(await ask(guard, '/fr/login')).toBeUndefined()
    const wrong = newGuard({ loginPath: () => '//evil.example.com' })
    await expect(ask(wrong, '/account')).rejects.toMatchObject({ code: 'invalid-option' })
  })

  it('set which query parameters may appear in the address of the login page', async () => {
    const guard = newGuard({ redirectQuery: ['page'] })
    const response = await ask(guard, '/orders?page=2&token=secret&page=3&a=b')
    const { searchParams } = new URL(response?.headers.get('Location') ?? '')
    expect(searchParams.get('redirect')).toBe('/orders?page=2&page=3')
  })

  it('set which paths need no good token', async () => {
    const guard = newGuard({ openPaths: ['/oauth/:provider/callback', '/magic-link/'] })
    expect(await ask(guard, '/oauth/github/callback?code=x')).toBeUndefined()
    expect(await ask(guard, '/magic-link')).toBeUndefined()
    expect((await ask(guard, '/oauth/github/callback/more'))?.status).toBe(307)
    expect((await ask(guard, '/oauth/a/b/callback'))?.status).toBe(307)
  })

  it('let pages be shown as to a visitor who is not logged in', async () => {
    const guard = newGuard({ onRevoked: 'anonymous' })
    const nextUrl = { basePath: '' }
    const headers = { ...VISIT, Cookie: `theme=dark; payload-token=${REVOKED()}`, 'X-Own': 'kept' }
    const response = await ask(guard, '/posts', { headers, nextUrl })
    expect(response?.headers.get('x-middleware-next')).toBe('1')
    expect(response?.headers.get('Set-Cookie')).toMatch(/^payload-token=; Expires=/)
    const names = response?.headers.get('x-middleware-override-headers')?.split(',')
    expect(names).toEqual(expect.arrayContaining(['accept', 'cookie', 'x-own']))
    expect(response?.headers.get('x-middleware-request-cookie')).toBe('theme=dark')
    expect((await ask(guard, '/api/users/me', { nextUrl }))?.status).toBe(401)
    // Other servers cannot be told that nobody is logged in.
    expect((await ask(guard, '/posts'))?.status).toBe(307)
  })

  it('set which pages of other origins may read a 401', async () => {
    const shop = 'https://shop.example.com'
    const guard = newGuard({ cors: [shop] })
    const asked = (Origin: string) => ask(guard, '/api/users/me', { headers: { Origin } })
    const ours = await asked(shop)
    expect(ours?.status).toBe(401)
    expect(ours?.headers.get('Access-Control-Allow-Origin')).toBe(shop)
    expect(ours?.headers.get('Access-Control-Allow-Credentials')).toBe('true')
    const theirs = await asked('https://evil.example.com')
    expect(theirs?.headers.has('Access-Control-Allow-Origin')).toBe(false)
    const open = await ask(newGuard({ cors: '*' }), '/api/users/me', { headers: { Origin: shop } })
    expect(open?.headers.get('Access-Control-Allow-Origin')).toBe('*')
    expect(open?.headers.has('Access-Control-Allow-Credentials')).toBe(false)
  })

  it('may end in a slash', async () => {
    const guard = newGuard({ loginPath: '/login/', apiPath: '/api/', adminPath: '/admin/' })
    expect((await ask(guard, '/api/users/me'))?.status).toBe(401)
    expect(await ask(guard, '/admin/collections/users')).toBeUndefined()
    expect(await ask(guard, '/login/')).toBeUndefined()
    expect(await ask(guard, '/login')).toBeUndefined()
  })

  it('set where the token is', async () => {
    const guard = newGuard({
      cookiePrefix: 'shop',
      cookieDomain: 'example.com',
      jwtOrder: ['cookie'],
    })
    expect(await ask(guard, '/account')).toBeUndefined()
    const headers = { Cookie: `shop-token=${REVOKED()}` }
    const response = await guard(new Request(`${ORIGIN}/account`, { headers }))
    expect(response?.headers.get('Set-Cookie')).toMatch(/^shop-token=;.*; Domain=example\.com$/)
  })

  it('set from which origins the cookie counts', async () => {
    const guard = newGuard({ csrf: [ORIGIN] })
    const asking = (headers: Record<string, string>) =>
      guard(
        new Request(`${ORIGIN}/account`, {
          headers: { ...VISIT, Cookie: `payload-token=${REVOKED()}`, ...headers },
        }),
      )
    expect((await asking({ Origin: ORIGIN }))?.status).toBe(307)
    expect(await asking({ Origin: 'https://evil.example.com' })).toBeUndefined()
  })

  it('set how long a session may last, and how long it may be idle', async () => {
    const seconds = Math.floor(Date.now() / 1_000)
    const over = tokenOf({ auth_time: seconds - 3_601 })
    const idle = tokenOf({ jti: uuidv7(Date.now() - 601_000), auth_time: seconds - 700 })
    const good = tokenOf({ jti: uuidv7(Date.now() - 590_000), auth_time: seconds - 3_590 })
    const strict = newGuard({ absoluteLifetime: 3_600, idleTimeout: 600 })
    const lax = newGuard()
    for (const token of [over, idle]) {
      expect(await ask(lax, '/account', { token })).toBeUndefined()
      expect((await ask(strict, '/account', { token }))?.status).toBe(307)
    }
    expect(await ask(strict, '/account', { token: good })).toBeUndefined()
  })

  it('set how old a token may be', async () => {
    const guard = newGuard({ maxTokenLifetime: 60 })
    const token = tokenOf({ jti: uuidv7(Date.now() - 66_000) })
    expect((await ask(guard, '/account', { token }))?.status).toBe(307)
    expect(await ask(newGuard(), '/account', { token })).toBeUndefined()
  })

  it.each<[keyof GuardOptions | 'maxStalenessMs', unknown]>([
    ['loginPath', ''],
    ['loginPath', 'login'],
    ['loginPath', '//evil.example.com'],
    ['loginPath', '/\\evil.example.com'],
    ['loginPath', 'https://evil.example.com/login'],
    ['loginPath', 5],
    ['onRevoked', 'nothing'],
    ['redirectQuery', 'page'],
    ['openPaths', '/oauth'],
    ['cors', 'https://shop.example.com'],
    ['apiPath', 'api'],
    ['adminPath', '/'],
    ['maxTokenLifetime', 0],
    ['maxTokenLifetime', Number.NaN],
    ['maxTokenLifetime', '7200'],
    ['maxStaleness', -1],
    ['absoluteLifetime', 0],
    ['idleTimeout', '15m'],
    ['jwtOrder', 'cookie'],
    ['csrf', 'https://app.example.com'],
    ['cookiePrefix', 'a b'],
    ['cookieDomain', 'a; Secure'],
    ['feed', {}],
    ['secret', ''],
    ['secret', []],
    ['secret', ['']],
    ['loginPath', '/\t/evil.example.com'],
    ['maxStaleness', Number.POSITIVE_INFINITY],
    ['maxStalenessMs', 10_000],
  ])('name `%s` when it cannot be used: %o', (option, value) => {
    let error: unknown
    try {
      createGuard({ [option]: value })
    } catch (caught) {
      error = caught
    }
    expect(error).toBeInstanceOf(RevocationError)
    expect(error).toMatchObject({ code: 'invalid-option' })
    expect((error as Error).message).toContain(`\`${option}\``)
  })
})

describe('a cookie that another application on the same host signed', () => {
  /** Three hours old, with the id of a user whose tokens were revoked here. */
  const theirs = () => {
    const seconds = Math.floor(Date.now() / 1_000)
    const claims = { id: 'ended', collection: 'users', iat: seconds - 10_800, exp: seconds + 3_600 }
    return signToken(claims, { secret: 'of the other application' })
  }

  it('is ignored by a guard that knows the secret', async () => {
    for (const target of ['/', '/account', '/api/posts']) {
      expect(await ask(newGuard(), target, { token: theirs() })).toBeUndefined()
    }
  })

  it('is refused by a guard that does not know the secret, and stays in the browser', async () => {
    const guard = createGuard({ feed: ownFeed(), ...OF_PAYLOAD })
    const page = await ask(guard, '/account', { token: theirs() })
    expect(page?.status).toBe(307)
    expect(page?.headers.has('Set-Cookie')).toBe(false)
  })
})

describe('a guard that cannot tell', () => {
  it('answers 503 for a token, and only then, when Redis is dead from the start', async () => {
    const dead = await startRedis()
    await dead.stop()
    const feed = redisFeed({ url: dead.url })
    feeds.push(feed)
    const guard = createGuard({ feed, ...OF_PAYLOAD })
    for (const target of ['/account', '/api/users/me']) {
      const asking = ask(guard, target, { token: tokenOf() })
      expect(await waitingTimeOf(asking)).toBeLessThan(2_500)
      const response = await asking
      expect(response?.status).toBe(503)
      expect(response?.headers.get('Retry-After')).toBe('1')
      expect(response?.headers.has('Set-Cookie')).toBe(false)
    }
    expect(await guard(new Request(`${ORIGIN}/account`))).toBeUndefined()
    expect(await ask(guard, '/account', { token: 'garbage' })).toBeUndefined()
    expect(await ask(guard, '/login', { token: tokenOf() })).toBeUndefined()
  })

  it('answers 503 when no process has filled Redis yet', async () => {
    const empty = redisFeed({ url: redis.url, prefix: 'nobody:' })
    feeds.push(empty)
    const response = await ask(createGuard({ feed: empty }), '/account', { token: tokenOf() })
    expect(response?.status).toBe(503)
  })
})

describe('a guard in the process in which Payload runs', () => {
  it('asks the denylist of that Payload, and not a feed', async () => {
    const ledger = memoryLedger()
    await ledger.append([sampleRevocation('jti:known-here')])
    const denylist = createDenylist({ ...LIMITS, ledger })
    const runtime: SharedRuntime = {
      denylist,
      isOurs: () => true,
      location: { cookiePrefix: 'payload', jwtOrder: ['cookie'], csrf: [] },
      lifetimeOf: () => 7_200_000,
      routes: { api: '/api', admin: '/admin' },
      clearCookie: async ({ collection }) => `expired=${collection}`,
    }
    const unused = redisFeed({ url: 'redis://127.0.0.1:1' })
    const guard = createGuard({ feed: unused })
    processWide().running.add(runtime)
    try {
      const response = await ask(guard, '/account', { token: tokenOf({ jti: 'known-here' }) })
      expect(response?.status).toBe(307)
      expect(response?.headers.get('Set-Cookie')).toBe('expired=users')
      expect(await ask(guard, '/account', { token: tokenOf() })).toBeUndefined()
    } finally {
      processWide().running.delete(runtime)
      await denylist.close()
    }
  })

  it('leaves every request to the gate while Payload does not run', async () => {
    expect(await ask(createGuard(), '/account')).toBeUndefined()
  })
})
