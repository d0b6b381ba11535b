import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  createVerifier,
  type IntrospectionOptions,
  type VerifierOptions,
} from '../../src/verify/index.js'
import { type App, createApp } from '../support/createApp.js'
import { type Login, login } from '../support/login.js'
import { APP_SECRET } from '../support/nextApp.js'
import { PATHS, SERVICE } from '../support/oauth.js'
import { freshToken, startPublishingApp } from '../support/publishingApp.js'
import { sampleRevocation } from '../support/samples.js'
import { serveFetch } from '../support/serveFetch.js'
import { until } from '../support/until.js'

beforeAll(() => {
  for (const level of ['error', 'warn', 'info'] as const) {
    vi.spyOn(console, level).mockImplementation(() => {})
  }
})
afterAll(() => void vi.restoreAllMocks())

const OPTIONS = { id: SERVICE.id, secret: SERVICE.secret }

describe('a verifier that asks the application', () => {
  let app: App
  let asked = 0
  let lastRequest: Request | undefined
  let server: Awaited<ReturnType<typeof serveFetch>>
  const newVerifier = (own: Partial<IntrospectionOptions> = {}, options: VerifierOptions = {}) => {
    const url = server.origin + PATHS.introspect
    return createVerifier({ introspection: { url, ...OPTIONS, ...own }, ...options })
  }
  const logOut = ({ jwt }: Login) =>
    app.request('/api/users/logout', { method: 'POST', headers: jwt })

  beforeAll(async () => {
    app = await createApp({ plugin: { services: [SERVICE] } })
    server = await serveFetch((request) => {
      asked += 1
      lastRequest = request
      return app.send(request)
    })
  })
  afterAll(async () => {
    await server?.close()
    await app?.close()
  })

  it('returns the claims that the service may see', async () => {
    const { token } = await login(app)
    const result = await newVerifier()({ authorization: `Bearer ${token}` })
    if (!result.ok) throw new Error('It was refused')
    expect(result.claims).toMatchObject({ sub: 'users:1', collection: 'users', id: 1 })
    expect(result.claims).not.toHaveProperty('active')
  })

  it('refuses a token as soon as it is revoked, and asks about each token each time', async () => {
    const verify = newVerifier()
    const session = await login(app)
    const before = asked
    for (let times = 0; times < 3; times += 1) expect((await verify(session.token)).ok).toBe(true)
    expect(asked - before).toBe(3)
    await logOut(session)
    expect(await verify(session.token)).toMatchObject({
      ok: false,
      status: 401,
      body: { errors: [{ name: 'TokenInvalid' }] },
    })
  })

  it('asks every cache on the way for no older answer', async () => {
    await newVerifier()((await login(app)).token)
    expect(lastRequest?.headers.get('Cache-Control')).toBe('no-cache')
  })

  it('does not ask about what cannot be a token, or about none', async () => {
    const verify = newVerifier()
    const before = asked
    for (const text of [
      'garbage',
      'a.b',
      `a.b.${'x'.repeat(20_000)}`,
      'a.b.c&token=d.e.f',
      'a. b.c',
    ]) {
      expect(await verify(text)).toMatchObject({ status: 401 })
    }
    expect(await verify({})).toMatchObject({
      status: 401,
      headers: { 'WWW-Authenticate': 'Bearer' },
    })
    expect(asked).toBe(before)
    expect(await verify(freshToken({}, { secret: 'another application' }))).toMatchObject({
      status: 401,
    })
    expect(asked).toBe(before + 1)
  })

  it('ends a cached answer by its feed', async () => {
    const other = await startPublishingApp()
    try {
      const verify = newVerifier({ cacheFor: 3_600 }, { feed: other.feed() })
      const { token } = await login(app)
      expect(await verify(token)).toMatchObject({ ok: true })
      const ends: unknown[] = []
      verify.onTokenRevoked(token, (end) => void ends.push(end))
      await other.revoke(sampleRevocation('user:users:1', { cutoff: Date.now() + 5_000 }))
      await until('it is refused', async () => !(await verify(token)).ok)
      await until('the watcher is told', () => ends.length > 0)
    } finally {
      await other.stop()
    }
  })

  it('answers 503 with a wrong secret, and says so in the log without the secret', async () => {
    const error = vi.mocked(console.error)
    error.mockClear()
    const secret = 'a-wrong-secret-0123456789-0123456789'
    const { token } = await login(app)
    expect(await newVerifier({ secret })(token)).toMatchObject({ ok: false, status: 503 })
    const [details] = error.mock.calls[0] ?? []
    expect(details).toMatchObject({ err: { code: 'introspection-failed' } })
    expect(String((details as { err: Error }).err.message)).toContain('401')
    expect(JSON.stringify(error.mock.calls)).not.toContain(secret)
    expect(JSON.stringify(error.mock.calls)).not.toContain(token)
  })

  it('has nothing to watch a token with, without a feed', async () => {
    expect(() => newVerifier().onTokenRevoked(freshToken(), () => {})).toThrow(
      expect.objectContaining({ code: 'invalid-option' }),
    )
  })
})

describe('the answers that a verifier keeps', () => {
  let server: Awaited<ReturnType<typeof serveFetch>>
  let asked = 0
  let isActive = true
  const exp = Math.floor(Date.now() / 1_000) + 7_200
  beforeAll(async () => {
    server = await serveFetch(() => {
      asked += 1
      const claims = { collection: 'users', id: 1, exp, roles: ['editor'] }
      return Response.json(isActive ? { active: true, ...claims } : { active: false })
    })
  })
  afterAll(() => server?.close())
  beforeEach(() => {
    isActive = true
    asked = 0
    vi.useFakeTimers({ toFake: ['Date', 'performance'] })
  })
  afterEach(() => void vi.useRealTimers())

  const keeping = (cacheFor: number) =>
    createVerifier({ introspection: { url: server.origin, ...OPTIONS, cacheFor } })

  it('are used for as long as they may be, and not a millisecond longer', async () => {
    const verify = keeping(30)
    const token = freshToken()
    expect((await verify(token)).ok).toBe(true)
    isActive = false
    vi.advanceTimersByTime(29_999)
    expect((await verify(token)).ok).toBe(true)
    expect(asked).toBe(1)
    vi.advanceTimersByTime(1)
    expect((await verify(token)).ok).toBe(false)
  })

  it('are not used again because a clock was set back', async () => {
    const verify = keeping(30)
    const token = freshToken()
    expect((await verify(token)).ok).toBe(true)
    isActive = false
    vi.advanceTimersByTime(30_000)
    vi.setSystemTime(Date.now() - 3_600_000)
    expect((await verify(token)).ok).toBe(false)
  })

  it('end with the token', async () => {
    const verify = keeping(10_000)
    const token = freshToken()
    expect((await verify(token)).ok).toBe(true)
    vi.setSystemTime(exp * 1_000 - 1)
    expect((await verify(token)).ok).toBe(true)
    vi.setSystemTime(exp * 1_000)
    expect((await verify(token)).ok).toBe(false)
  })

  it('are of that token only, and belong to each caller alone', async () => {
    const verify = keeping(30)
    const token = freshToken()
    const first = await verify(token)
    if (first.ok) Object.assign(first.claims.roles as object, { 0: 'administrator' })
    expect(await verify(token)).toMatchObject({ claims: { roles: ['editor'] } })
    isActive = false
    expect((await verify(freshToken({ id: 2 }))).ok).toBe(false)
    expect(asked).toBe(2)
  })

  it('do not include a refusal', async () => {
    const verify = keeping(30)
    const token = freshToken()
    isActive = false
    expect((await verify(token)).ok).toBe(false)
    isActive = true
    expect((await verify(token)).ok).toBe(true)
  })
})

describe('an application that gives no proper answer', () => {
  let server: Awaited<ReturnType<typeof serveFetch>> | undefined
  afterEach(() => server?.close())

  const answered = async (
    answer: (request: Request) => Response | Promise<Response>,
    timeout = 60,
  ) => {
    server = await serveFetch(answer)
    const introspection = { url: `${server.origin}/introspect`, ...OPTIONS, timeout }
    return createVerifier({ introspection })(freshToken())
  }
  const UNKNOWN = { ok: false, status: 503, headers: { 'Retry-After': '1' } }

  it.each<[string, () => Response]>([
    ['an error of its own', () => new Response('{"active":true}', { status: 500 })],
    ['503', () => new Response(null, { status: 503 })],
    ['a page', () => new Response('<html>active</html>')],
    ['an `active` that is a text', () => Response.json({ active: 'true' })],
    ['an `active` that is a number', () => Response.json({ active: 1 })],
    ['no `active`', () => Response.json({ collection: 'users', id: 1 })],
    ['a list', () => Response.json([{ active: true }])],
    ['null', () => Response.json(null)],
    ['nothing', () => new Response(null, { status: 204 })],
  ])('is neither yes nor no: %s', async (_, answer) => {
    expect(await answered(answer)).toMatchObject(UNKNOWN)
  })

  it('is not followed to another address with the secret', async () => {
    const seen: string[] = []
    const other = await serveFetch((request) => {
      seen.push(request.headers.get('Authorization') ?? 'nothing')
      return Response.json({ active: true, collection: 'users', id: 1 })
    })
    try {
      const redirect = () =>
        new Response(null, { status: 307, headers: { Location: `${other.origin}/introspect` } })
      expect(await answered(redirect)).toMatchObject(UNKNOWN)
      expect(seen).toEqual([])
    } finally {
      await other.close()
    }
  })

  it('is waited for no longer than `timeout`', async () => {
    let release = (_: Response) => {}
    const never = new Promise<Response>((resolve) => {
      release = resolve
    })
    expect(await answered(() => never, 0.2)).toMatchObject(UNKNOWN)
    release(new Response())
  })

  it('is not there', async () => {
    server = await serveFetch(() => new Response())
    const url = `${server.origin}/introspect`
    await server.close()
    const verify = createVerifier({ introspection: { url, ...OPTIONS } })
    expect(await verify(freshToken())).toMatchObject(UNKNOWN)
  })

  it('says yes to a token of nobody', async () => {
    expect(await answered(() => Response.json({ active: true }))).toMatchObject({ ok: false })
  })
})

describe('the options of introspection', () => {
  const good = { url: 'https://app.example.com/api/revocation/oauth/introspect', ...OPTIONS }

  it.each<[string, object]>([
    ['introspection.url', { url: 'app.example.com' }],
    ['introspection.url', { url: 'ftp://app.example.com' }],
    ['introspection.url', { url: 'https://id:secret@app.example.com' }],
    ['introspection.id', { id: '' }],
    ['introspection.id', { id: 'a:b' }],
    ['introspection.secret', { secret: 'short' }],
    ['introspection.secret', { secret: undefined }],
    ['introspection.cacheFor', { cacheFor: -1 }],
    ['introspection.timeout', { timeout: 0 }],
    ['introspection.cache', { cache: 5 }],
  ])('name `%s` when it cannot be used: %o', (option, own) => {
    expect(() => createVerifier({ introspection: { ...good, ...own } })).toThrow(
      expect.objectContaining({
        code: 'invalid-option',
        message: expect.stringContaining(`\`${option}\``),
      }),
    )
  })

  it('exclude the secret that makes tokens', () => {
    const both = () => createVerifier({ introspection: good, secret: APP_SECRET })
    expect(both).toThrow(expect.objectContaining({ code: 'invalid-option' }))
  })
})
