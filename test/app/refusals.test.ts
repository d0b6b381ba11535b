import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Login, login, loginFrom } from '../support/login.js'
import { type NextApp, startApp } from '../support/nextApp.js'
import { asAdministrator, newAdministrator, type Person } from '../support/people.js'
import { type RawRequest, rawRequest } from '../support/rawRequest.js'
import { isClearing, isSentToLogin } from '../support/surfaces.js'
import { ways } from '../support/ways.js'

let app: NextApp
let person: Person
let living: Login
let revoked: Login

beforeAll(async () => {
  app = await startApp()
  person = await newAdministrator(app)
  living = await asAdministrator(app)
  revoked = await login(app, person)
  await app.request('/api/users/logout', { method: 'POST', headers: revoked.jwt })
})
afterAll(() => app?.stop())

const json = (body: unknown): RawRequest => ({
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(body),
})

describe('a revoked token over HTTP', () => {
  const requests: [target: string, init?: RawRequest][] = [
    ['/api/users/me'],
    ['/api/users'],
    ['/api/notes'],
    ['/api/notes/count'],
    ['/api/posts'],
    ['/api/posts/1'],
    ['/api/globals/site'],
    ['/api/globals/site', json({ tagline: 'Changed by an administrator.' })],
    ['/api/access'],
    ['/api/whoami'],
    ['/api/revocations'],
    ['/api/users/refresh-token', { method: 'POST' }],
    ['/api/payload-preferences/a-key', json({ value: { is: 'kept' } })],
    ['/api/payload-preferences/a-key'],
    ['/api/notes', json({ title: 'A note' })],
    ['/api/graphql', json({ query: '{ Posts { totalDocs } }' })],
  ]

  for (const [target, init] of requests) {
    it(`is refused at ${init?.method ?? 'GET'} ${target}, which accepts a living one, with one challenge`, async () => {
      for (const way of ['byCookie', 'jwt', 'bearer'] as const) {
        const show = (session: Login) =>
          rawRequest(app, target, { ...init, headers: { ...init?.headers, ...session[way] } })
        // A refresh ends the old token after a grace period.
        const opening = target.endsWith('/refresh-token') ? await asAdministrator(app) : living
        expect((await show(opening)).status, way).toBeLessThan(300)

        const refusal = await show(revoked)
        expect(refusal.status, way).toBe(401)
        expect(refusal.header('WWW-Authenticate')).toHaveLength(1)
        expect(refusal.header('WWW-Authenticate')[0]).toMatch(
          /^Bearer error="invalid_token", error_description="[^"]+"$/,
        )
        expect(refusal.header('Content-Type')[0]).toContain('application/json')
        expect(JSON.parse(refusal.body)).toEqual({
          errors: [{ name: 'TokenRevoked', message: expect.any(String) }],
        })
        expect(refusal.header('Set-Cookie').filter(isClearing)).toHaveLength(
          way === 'byCookie' ? 1 : 0,
        )
      }
    })
  }

  it('is redirected to the login page from a page, and gets an uncached 401 in a script', async () => {
    for (const Accept of ['text/html', '*/*']) {
      const ask = (session: Login) =>
        app.request('/account', { headers: { Accept, ...session.byCookie } })
      expect((await ask(living)).status).toBe(200)
      const response = await ask(revoked)
      if (Accept === '*/*') expect(response.status).toBe(401)
      else expect(isSentToLogin(response)).toBe(true)
      expect(response.headers.get('Cache-Control')).toBe('no-store')
    }
  })
})

describe('a server function that the router calls with a revoked token', () => {
  it('is answered with the redirect that the router understands, and the cookie is cleared', async () => {
    const answer = await rawRequest(app, '/account', {
      method: 'POST',
      headers: { 'Next-Action': '0'.repeat(42), Origin: app.origin, ...revoked.byCookie },
    })
    expect(answer.status).toBe(303)
    expect(answer.header('Location')).toEqual([])
    expect(answer.header('X-Action-Redirect')).toEqual(['/login?redirect=%2Faccount;push'])
    expect(answer.header('Set-Cookie').filter(isClearing)).toHaveLength(1)
  })
})

describe('without the guard in front, the gate alone', () => {
  it('refuses the first request of a fresh process, with 401 and one challenge', async () => {
    const fresh = await startApp({ database: app.database, isCold: true })
    try {
      const refusal = await rawRequest(fresh, '/api/posts', { headers: revoked.byCookie })
      expect(refusal.status).toBe(401)
      expect(refusal.header('WWW-Authenticate')).toHaveLength(1)
      expect(refusal.header('Set-Cookie').filter(isClearing)).toHaveLength(1)
    } finally {
      await fresh.stop()
    }
  })

  it('has no user on a page that is the first request of a fresh process', async () => {
    const fresh = await startApp({ database: app.database, isCold: true })
    try {
      const response = await fresh.request('/account', { headers: revoked.byCookie })
      expect(response.status).toBe(307)
      expect(response.headers.get('Location')).toBe('/login?redirect=/account')
    } finally {
      await fresh.stop()
    }
  })

  it('has no user in GraphQL that is the first request of a fresh process', async () => {
    const fresh = await startApp({ database: app.database, isCold: true })
    try {
      const response = await fresh.request('/api/graphql', {
        body: { query: '{ meUser { user { id } } }' },
        headers: revoked.bearer,
      })
      expect(await response.json()).toEqual({ data: { meUser: { user: null } } })
    } finally {
      await fresh.stop()
    }
  })

  it('refuses a read that is disguised as a login', async () => {
    const asReading = { 'X-Payload-HTTP-Method-Override': 'GET', ...revoked.byCookie }
    const response = await rawRequest(app, '/api/users/login', {
      method: 'POST',
      headers: { ...asReading, 'Content-Type': 'application/x-www-form-urlencoded' },
    })
    expect(response.status).toBe(401)
    expect(response.header('WWW-Authenticate')).toHaveLength(1)
  })

  it('refuses a request that claims to have passed the guard', async () => {
    for (const name of ['proxy', 'src/proxy', 'middleware', 'src/middleware']) {
      const response = await rawRequest(app, '/api/users/me', {
        headers: { 'X-Middleware-Subrequest': Array(5).fill(name).join(':'), ...revoked.byCookie },
      })
      expect(response.status, name).toBe(401)
    }
  })
})

describe('no spelling of a path leads a revoked token around the guard', () => {
  const spellings = [
    '/api/users/me/',
    '/api/users/me?',
    '//api/users/me',
    '/api//users/me',
    '/API/users/me',
    '/%61pi/users/me',
    '/api/users/%6de',
    '/api%2fusers%2fme',
    '/api/users/login/../me',
    '/api/users/login/%2e%2e/me',
    '/_next/static/../../api/users/me',
    '/_next/static/%2e%2e/%2e%2e/api/users/me',
    '/favicon.ico/../api/users/me',
    '/favicon.ico/%2e%2e/api/users/me',
    '/admin/../api/users/me',
    '/admin/..%2fapi/users/me',
    '/login/../api/users/me',
    '/login/../account',
    '/admin/../account',
    '/account/',
    '//account',
    '/%61ccount',
  ]

  for (const spelling of spellings) {
    it(`by ${spelling}`, async () => {
      const response = await rawRequest(app, spelling, { headers: revoked.byCookie })
      expect(response.status).toBeLessThan(500)
      expect(response.body).not.toContain(person.email)
      // The panel sends its redirect in the body of a 200.
      if (response.status === 200) expect(response.body).toContain('NEXT_REDIRECT;')
    })
  }

  it('though at least one of them lets a living token in', async () => {
    const bodies = await Promise.all(
      spellings.map((spelling) => rawRequest(app, spelling, { headers: living.byCookie })),
    )
    expect(bodies.filter(({ body }) => body.includes('admin@example.com'))).not.toHaveLength(0)
  })
})

describe('a stale cookie does not stop', () => {
  it('a login over REST', async () => {
    const response = await app.request('/api/users/login', {
      body: { email: person.email, password: person.password },
      headers: revoked.byCookie,
    })
    const { token } = (await response.json()) as { token: string }
    const me = await app.request('/api/users/me', { headers: loginFrom(token).byCookie })
    expect(await me.json()).toMatchObject({ user: { email: person.email } })
  })

  it('a login with the form', async () => {
    const withStaleCookie: NextApp = {
      ...app,
      request: (pathname, init) =>
        app.request(pathname, { ...init, headers: { ...init?.headers, ...revoked.byCookie } }),
    }
    const session = await ways['the server functions']?.logIn(withStaleCookie, person)
    const response = await app.request('/account', { headers: session?.byCookie })
    expect(await response.text()).toContain(person.email)
  })

  const others: [target: string, body: unknown][] = [
    ['/api/users/forgot-password', { email: 'nobody@example.com' }],
    ['/api/users/reset-password', { token: 'none', password: 'new-password' }],
    ['/api/users/first-register', { email: 'first@example.com', password: 'first-password' }],
    ['/api/users/login', { email: 'nobody@example.com', password: 'wrong' }],
  ]
  for (const [target, body] of others) {
    it(`POST ${target}: it is answered as without the cookie`, async () => {
      const without = await app.request(target, { body })
      const response = await app.request(target, { body, headers: revoked.byCookie })
      expect(response.status).toBe(without.status)
      expect(await response.text()).toBe(await without.text())
    })
  }

  for (const page of ['/login', '/admin/login']) {
    it(`the page ${page} from being shown`, async () => {
      const response = await app.request(page, { headers: revoked.byCookie })
      expect(response.status).toBe(200)
      expect(await response.text()).not.toContain('NEXT_REDIRECT')
    })
  }
})

describe('the redirect to the login page never leaves the site', () => {
  const targets = [
    '//evil.example',
    '///evil.example/',
    '////evil.example/path?query',
    '/%2fevil.example',
    '/%2f%2fevil.example',
    '/%5cevil.example',
    '/\\evil.example',
    '/\\/evil.example',
    '/.//evil.example',
    '/..//evil.example',
    '/%09/evil.example',
    '/%0d%0aLocation:%20https://evil.example',
    '/@evil.example',
    '/account?redirect=https://evil.example',
    '/account?redirect=//evil.example',
    '/account?next=https://evil.example#https://evil.example',
  ]

  for (const target of targets) {
    it(`when the request is for ${target}`, async () => {
      const { header, status } = await rawRequest(app, target, { headers: revoked.byCookie })
      const location = header('Location')[0]
      if (location === undefined) {
        expect(status).toBeGreaterThanOrEqual(400)
        return
      }
      const led = new URL(location, app.origin)
      expect(led.origin).toBe(app.origin)
      const afterwards = led.searchParams.get('redirect') ?? '/'
      expect(new URL(afterwards, app.origin).origin).toBe(app.origin)
      expect(afterwards).toMatch(/^\/(?![/\\])/)
    })
  }

  it('when the request names another host', async () => {
    for (const name of ['Host', 'X-Forwarded-Host', 'Forwarded']) {
      const headers = {
        [name]: name === 'Forwarded' ? 'host=evil.example' : 'evil.example',
        Accept: 'text/html',
        ...revoked.byCookie,
      }
      const { header } = await rawRequest(app, '/account', { headers })
      expect(header('Location')).toEqual(['/login?redirect=%2Faccount'])
    }
  })

  it('when the login form is asked to send the visitor elsewhere', async () => {
    for (const redirect of ['//evil.example', 'https://evil.example', '/\\evil.example']) {
      const { body } = await rawRequest(app, `/login?redirect=${encodeURIComponent(redirect)}`)
      const field = /name="redirect" value="([^"]*)"/.exec(body)?.[1]
      expect(field).toBe('/account')
    }
  })
})
