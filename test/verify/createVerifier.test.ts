import { createHash, createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { CLOCK_TOLERANCE_MS } from '../../src/core/revocation.js'
import { uuidv7 } from '../../src/core/uuidv7.js'
import { jwtRevocation } from '../../src/index.js'
import { createGuard } from '../../src/next/index.js'
import { redisFeed } from '../../src/redis/index.js'
import { createVerifier, type Verifier, type VerifierOptions } from '../../src/verify/index.js'
import { APP_SECRET } from '../support/nextApp.js'
import { freshToken, type PublishingApp, startPublishingApp } from '../support/publishingApp.js'
import { sampleRevocation } from '../support/samples.js'
import { until } from '../support/until.js'

let app: PublishingApp
let verify: Verifier

beforeAll(async () => {
  for (const level of ['error', 'warn', 'info'] as const) {
    vi.spyOn(console, level).mockImplementation(() => {})
  }
  app = await startPublishingApp()
  await app.revoke(
    sampleRevocation('jti:revoked'),
    sampleRevocation('sid:revoked'),
    sampleRevocation('user:users:ended', { cutoff: Date.now() + CLOCK_TOLERANCE_MS }),
  )
  verify = newVerifier()
})
afterAll(async () => {
  await app?.stop()
  vi.restoreAllMocks()
})

const newVerifier = (options: VerifierOptions = {}) =>
  createVerifier({ secret: APP_SECRET, feed: app.feed(), ...options })

const bearer = (token: string) => new Headers({ Authorization: `Bearer ${token}` })
const seconds = () => Math.floor(Date.now() / 1_000)
const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

describe('a verifier', () => {
  it('returns the claims of a good token, however it is asked', async () => {
    const token = freshToken({ id: 7, roles: ['editor'], name: 'Zoë' })
    const ways = [
      token,
      bearer(token),
      { authorization: `JWT ${token}` },
      { headers: { cookie: `theme=dark; payload-token=${token}` } },
      new Request('https://any.example.com/admin', { headers: bearer(token) }),
      // As Express does.
      { get: () => undefined, headers: { authorization: `Bearer ${token}` } },
    ]
    for (const way of ways) {
      const result = await verify(way)
      const claims = { id: 7, collection: 'users', roles: ['editor'], name: 'Zoë' }
      expect(result).toMatchObject({ ok: true, claims })
    }
  })

  it('answers 401 without a token, and the challenge has no error', async () => {
    for (const nothing of ['', new Headers(), {}, { cookie: 'payload-token=' }]) {
      const result = await verify(nothing)
      expect(result).toMatchObject({
        ok: false,
        status: 401,
        headers: { 'WWW-Authenticate': 'Bearer', 'Cache-Control': 'no-store' },
        body: { errors: [{ name: 'TokenMissing' }] },
      })
    }
  })

  it('refuses what is revoked, at each scope, and its answer fits a `Response`', async () => {
    for (const claims of [{ jti: 'revoked' }, { sid: 'revoked' }, { id: 'ended' }]) {
      const result = await verify(freshToken(claims))
      if (result.ok) throw new Error('It was accepted')
      const response = Response.json(result.body, result)
      expect(response.status).toBe(401)
      expect(response.headers.get('WWW-Authenticate')).toMatch(/^Bearer error="invalid_token"/)
      expect(response.headers.get('Cache-Control')).toBe('no-store')
      expect(await response.json()).toMatchObject({ errors: [{ name: 'TokenRevoked' }] })
    }
  })

  it('soon refuses what another process revokes now, and lives through a cut-off of all', async () => {
    const token = freshToken({ id: 'soon', sid: 'soon' })
    expect(await verify(token)).toMatchObject({ ok: true })
    await app.revoke(sampleRevocation('sid:soon'))
    await until('it is refused', async () => !(await verify(token)).ok)
    const other = newVerifier()
    const everyone = await startPublishingApp()
    try {
      const alone = newVerifier({ feed: everyone.feed() })
      expect(await alone(freshToken())).toMatchObject({ ok: true })
      await everyone.revoke(sampleRevocation('everyone', { cutoff: Date.now() + 10 }))
      const before = freshToken({ jti: uuidv7(Date.now() - 1_000) })
      await until('it is refused', async () => !(await alone(before)).ok)
      expect(await alone(freshToken({ jti: uuidv7(Date.now() + 100) }))).toMatchObject({ ok: true })
      expect(await other(before)).toMatchObject({ ok: true })
    } finally {
      await everyone.stop()
    }
  })

  it.each([
    ['GET', '/admin'],
    ['POST', '/admin/collections/users'],
    ['GET', '/login'],
    ['POST', '/login'],
    ['DELETE', '/login'],
    ['POST', '/api/orders/login'],
    ['POST', '/api/users/refresh-token'],
    ['POST', '/api/payments/verify/42'],
  ])('exempts no path and redirects nowhere: %s %s', async (method, path) => {
    const headers = {
      Accept: 'text/html',
      Cookie: `payload-token=${freshToken({ jti: 'revoked' })}`,
    }
    const request = new Request(`https://any.example.com${path}`, { method, headers })
    expect(await verify(request)).toMatchObject({ ok: false, status: 401 })
  })
})

describe('what an attacker shows', () => {
  const [header, payload, signature] = freshToken().split('.') as [string, string, string]
  const now = seconds()
  const signedBy = (alg: string, hash: string) => {
    const text = `${base64url({ alg, typ: 'JWT', authVersion: 1 })}.${payload}`
    // As Payload derives it.
    const key = createHash('sha256').update(APP_SECRET).digest('hex').slice(0, 32)
    return `${text}.${createHmac(hash, key).update(text).digest('base64url')}`
  }

  it.each<[string, string]>([
    ['`alg: none`', `${base64url({ alg: 'none', authVersion: 1 })}.${payload}.`],
    ['`alg: none`, with a signature', `${base64url({ alg: 'none' })}.${payload}.${signature}`],
    ['`alg: None`', `${base64url({ alg: 'None', authVersion: 1 })}.${payload}.${signature}`],
    ['HS512 with the right key', signedBy('HS512', 'sha512')],
    ['HS384 with the right key', signedBy('HS384', 'sha384')],
    ['HS512 in the header of an HS256 signature', freshToken({}, { header: { alg: 'HS512' } })],
    ['RS256', freshToken({}, { header: { alg: 'RS256' } })],
    ['a name of a prototype for an algorithm', freshToken({}, { header: { alg: 'constructor' } })],
    ['a list of algorithms', freshToken({}, { header: { alg: ['HS256'] } })],
    ['a header that must be understood', freshToken({}, { header: { crit: ['b64'], b64: false } })],
    ['the secret of another application', freshToken({}, { secret: 'of another application' })],
    [
      'the claims of another token',
      `${header}.${base64url({ id: 2, collection: 'users' })}.${signature}`,
    ],
    ['no `authVersion`', freshToken({}, { header: { authVersion: undefined } })],
    ['another `authVersion`', freshToken({}, { header: { authVersion: 2 } })],
    ['`authVersion` as a text', freshToken({}, { header: { authVersion: '1' } })],
    ['an expired token', freshToken({ exp: now - 1, jti: undefined })],
    ['a token that expires at this second', freshToken({ exp: now })],
    ['an expiry that is a text', freshToken({ exp: String(now + 60) })],
    ['an issue time that is a text', freshToken({ iat: 'now' })],
    ['a token that is not valid yet', freshToken({ nbf: now + 60 })],
    ['an `nbf` that is a text', freshToken({ nbf: '0' })],
    ['no collection', freshToken({ collection: undefined })],
    ['no id', freshToken({ id: undefined })],
    ['an id that is an object', freshToken({ id: { equals: 1 } })],
    ['a session that is a list', freshToken({ sid: ['a-session'] })],
    ['a huge token', freshToken({ name: 'x'.repeat(20_000) })],
    ['a megabyte of dots', '.'.repeat(2 ** 20)],
    ['garbage', 'garbage'],
    ['two parts', `${header}.${payload}`],
    ['four parts', `${header}.${payload}.${signature}.x`],
    ['an empty part', `${header}..${signature}`],
    ['a header that is a list', `${base64url([])}.${payload}.${signature}`],
    ['claims that are no JSON', `${header}.bm8.${signature}`],
    ['padding', `${header}.${payload}.${signature}=`],
    ['a line break', `${header}.${payload}.${signature}\n`],
    ['a nul', `${header}.${payload}.${signature}\0`],
    ['a token behind a token', `${header}.${payload}.${signature} ${freshToken()}`],
  ])('is refused: %s', async (_, text) => {
    expect(await verify(text)).toMatchObject({
      ok: false,
      status: 401,
      body: { errors: [{ name: 'TokenInvalid' }] },
    })
  })

  it('is refused as soon as it is older than revocations are kept', async () => {
    const old = freshToken({ jti: uuidv7(Date.now() - 7_300_000), iat: seconds() - 7_300 })
    expect(await verify(old)).toMatchObject({ ok: false, status: 401 })
    expect(await newVerifier({ maxTokenLifetime: 8_000 })(old)).toMatchObject({ ok: true })
  })

  it('is judged by the token that Payload would take of several', async () => {
    const [good, revoked] = [freshToken(), freshToken({ jti: 'revoked' })]
    const ask = async (headers: Record<string, string>) => (await verify(new Headers(headers))).ok
    expect(await ask({ Cookie: `payload-token=${good}; payload-token=${revoked}` })).toBe(false)
    expect(await ask({ Cookie: `payload-token=${revoked}; payload-token=${good}` })).toBe(true)
    expect(await ask({ Authorization: `Bearer ${revoked}`, Cookie: `payload-token=${good}` })).toBe(
      false,
    )
    expect(await ask({ Authorization: `Basic eA==`, Cookie: `payload-token=${good}` })).toBe(true)
    expect(await ask({ Authorization: `bearer  ${revoked}` })).toBe(false)
    expect(await ask({ 'X-Authorization': `Bearer ${good}` })).toBe(false)
    expect(await ask({ Cookie: `payload-token=${good}%0d%0aX-User: 1` })).toBe(false)
  })

  it('cannot pass off a header as the headers of a request', async () => {
    const good = `Bearer ${freshToken()}`
    expect(await verify({ headers: good, get: good })).toMatchObject({ ok: false, status: 401 })
    expect(await verify({ headers: [good], get: [good] })).toMatchObject({ ok: false, status: 401 })
  })

  it('is not put into a log, an answer or an error', async () => {
    const token = freshToken({ jti: 'revoked' })
    const said = JSON.stringify([await verify(token), vi.mocked(console.error).mock.calls])
    expect(said).not.toContain(token.split('.')[2])
    expect(said).not.toContain(APP_SECRET)
  })
})

describe('the options of a verifier', () => {
  it('accept several secrets, and tokens without `authVersion`', async () => {
    const old = freshToken({}, { secret: 'the old secret' })
    const plain = freshToken({}, { header: { authVersion: undefined } })
    const lax = newVerifier({ secret: [APP_SECRET, 'the old secret'], authVersion: false })
    for (const token of [old, plain, freshToken()]) expect((await lax(token)).ok).toBe(true)
    expect((await lax(freshToken({}, { secret: 'a third' }))).ok).toBe(false)
    expect((await lax(freshToken({ jti: 'revoked' }, { secret: 'the old secret' }))).ok).toBe(false)
    const next = newVerifier({ authVersion: 2 })
    expect((await next(freshToken({}, { header: { authVersion: 2 } }))).ok).toBe(true)
    expect((await next(freshToken())).ok).toBe(false)
  })

  it('say where the token is, and how long a session lasts', async () => {
    const token = freshToken({ auth_time: seconds() - 601 })
    const own = newVerifier({
      cookiePrefix: 'shop',
      jwtOrder: ['cookie'],
      csrf: ['https://a.example'],
    })
    const Cookie = `shop-token=${token}`
    expect((await own(new Headers({ Cookie, Origin: 'https://a.example' }))).ok).toBe(true)
    expect((await own(new Headers({ Cookie, Origin: 'https://b.example' }))).ok).toBe(false)
    expect((await own(new Headers({ Cookie: `payload-token=${token}` }))).ok).toBe(false)
    expect((await newVerifier({ absoluteLifetime: 600 })(token)).ok).toBe(false)
  })

  it('may ask the feed about every token', async () => {
    const strict = newVerifier({ strict: true })
    expect(await strict(freshToken())).toMatchObject({ ok: true })
    expect(await strict(freshToken({ jti: 'revoked' }))).toMatchObject({ ok: false, status: 401 })
  })

  it('may ask over a connection for each look-up, and then must ask each time', async () => {
    const feed = redisFeed({ url: app.redis.url, keepConnection: false })
    const strict = newVerifier({ strict: true, feed })
    for (let times = 0; times < 3; times += 1) {
      expect(await strict(freshToken())).toMatchObject({ ok: true })
      expect(await strict(freshToken({ jti: 'revoked' }))).toMatchObject({ ok: false, status: 401 })
    }
    const mustBeStrict = expect.objectContaining({
      code: 'invalid-option',
      message: expect.stringContaining('`strict`'),
    })
    expect(() => newVerifier({ feed })).toThrow(mustBeStrict)
    expect(() => createGuard({ feed })).toThrow(mustBeStrict)
    expect(() => jwtRevocation({ feed, strict: true })).toThrow(
      expect.objectContaining({ code: 'invalid-option' }),
    )
    expect(() => redisFeed({ url: app.redis.url, keepConnection: 'no' as never })).toThrow(
      expect.objectContaining({ code: 'invalid-option' }),
    )
  })

  it.each<[string, unknown]>([
    ['secret', undefined],
    ['secret', ''],
    ['secret', []],
    ['secret', [5]],
    ['feed', undefined],
    ['feed', {}],
    ['authVersion', true],
    ['authVersion', '1'],
    ['strict', 'yes'],
    ['maxTokenLifetime', 0],
    ['maxStaleness', '10s'],
    ['whenStale', 'ask'],
    ['restAfter', 0],
    ['jwtOrder', 'cookie'],
    ['csrf', 'https://a.example'],
    ['cookiePrefix', 'a b'],
    ['clockTolerance', 5],
  ])('name `%s` when it cannot be used: %o', (option, value) => {
    expect(() => newVerifier({ [option]: value })).toThrow(
      expect.objectContaining({
        code: 'invalid-option',
        message: expect.stringContaining(`\`${option}\``),
      }),
    )
  })
})

describe('a verifier whose Redis is away', () => {
  it('answers 503 with `Retry-After` after `maxStaleness`, and 401 for what it knows', async () => {
    const own = await startPublishingApp()
    try {
      await own.revoke(sampleRevocation('jti:revoked'))
      const bounded = newVerifier({ feed: own.feed(), maxStaleness: 2 })
      const [good, revoked] = [freshToken(), freshToken({ jti: 'revoked' })]
      expect((await bounded(good)).ok).toBe(true)
      expect(await bounded(revoked)).toMatchObject({ status: 401 })
      await own.redis.kill('SIGSTOP')
      await until('it is too stale', async () => !(await bounded(good)).ok)
      expect(await bounded(good)).toMatchObject({ status: 503, headers: { 'Retry-After': '1' } })
      expect(await bounded(revoked)).toMatchObject({ status: 401 })
      expect(await bounded(freshToken({}, { secret: 'another' }))).toMatchObject({ status: 401 })
      await own.redis.kill('SIGCONT')
      await until('it is complete again', async () => (await bounded(good)).ok)
    } finally {
      await own.stop()
    }
  })
})

describe('onTokenRevoked of a verifier', () => {
  it('tells once, when the token ends', async () => {
    const token = freshToken({ sid: 'watched' })
    const ends: unknown[] = []
    verify.onTokenRevoked({ authorization: `Bearer ${token}` }, (end) => void ends.push(end))
    const cancel = verify.onTokenRevoked(token, () => ends.push('cancelled'))
    cancel()
    await app.revoke(sampleRevocation('sid:watched', { reason: 'logout' }))
    await until('it is told', () => ends.length > 0)
    expect(ends).toEqual([{ status: 'revoked', reason: 'logout', scope: 'session' }])
  })

  it('needs a token', () => {
    expect(() => verify.onTokenRevoked(new Headers(), () => {})).toThrow(
      expect.objectContaining({ code: 'token-not-ours' }),
    )
  })
})
