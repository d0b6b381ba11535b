import { once } from 'node:events'
import { get, type IncomingMessage, request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isAccepted } from '../support/isAccepted.js'
import { type Login, login } from '../support/login.js'
import { type NextApp, startApp } from '../support/nextApp.js'
import { newMember, type Person } from '../support/people.js'
import { rawRequest } from '../support/rawRequest.js'
import { MAX_STALENESS_MS } from '../support/refusedWithin.js'
import { until } from '../support/until.js'

let app: NextApp
let person: Person
let living: Login
let revoked: Login

/**
 * A process that is stopped while a user logs out in the other process; the tests below use that
 * time.
 */
let frozen: { app: NextApp; session: Login; since: number }

beforeAll(async () => {
  app = await startApp()
  const other = await startApp({ database: app.database })
  person = await newMember(app)
  const session = await login(app, person)
  expect(await isAccepted(other, session)).toBe(true)
  await other.kill('SIGSTOP')
  frozen = { app: other, session, since: performance.now() }
  living = await login(app, person)
  revoked = await login(app, person)
  for (const { jwt } of [revoked, session]) {
    await app.request('/api/users/logout', { method: 'POST', headers: jwt })
  }
})
afterAll(() => Promise.all([app?.stop(), frozen?.app.stop()]))

/**
 * What Next.js once ran before the page no longer runs (CVE-2025-29927), and other ways to a page.
 */
const dressedUp: Record<string, [target: string, headers: Record<string, string>]> = {
  'as a document': ['/account', {}],
  'by the router': ['/account', { RSC: '1' }],
  'by the router, ahead of time': ['/account', { RSC: '1', 'Next-Router-Prefetch': '1' }],
  'by the router, for a part of the page': [
    '/account',
    { RSC: '1', 'Next-Router-Segment-Prefetch': '/_tree' },
  ],
  'as a file of the router': ['/account.rsc', { RSC: '1' }],
  'past the guard': ['/account', { 'X-Middleware-Subrequest': Array(5).fill('proxy').join(':') }],
  'past the guard, by the router': [
    '/account',
    { RSC: '1', 'X-Middleware-Subrequest': Array(5).fill('src/proxy').join(':') },
  ],
  'as already rewritten': [
    '/',
    { 'X-Middleware-Rewrite': '/account', 'X-Invoke-Path': '/account' },
  ],
  'as data of an old router': ['/_next/data/build/account.json', { 'X-Nextjs-Data': '1' }],
  'as data, past the guard': [
    '/_next/data/build/account.json',
    { 'X-Middleware-Subrequest': Array(5).fill('proxy').join(':') },
  ],
  'as another host': ['/account', { Host: 'evil.example' }],
  'as another host, forwarded': ['/account', { 'X-Forwarded-Host': 'evil.example' }],
  'at an absolute address': ['http://evil.example/account', {}],
}

/**
 * The router's requests carry a hash of their headers. The server redirects a living session to it.
 */
async function addressFor(target: string, headers: Record<string, string>): Promise<string> {
  const answer = await rawRequest(app, target, { headers: { ...headers, ...living.byCookie } })
  const [location = ''] = answer.header('Location')
  return location.includes('_rsc') ? location.replace(app.origin, '') : target
}

describe('a protected page', () => {
  it('shows its content to its user, as a document and to the router', async () => {
    for (const what of ['as a document', 'by the router'] as const) {
      const [target, headers] = dressedUp[what] ?? ['', {}]
      const { body } = await rawRequest(app, await addressFor(target, headers), {
        headers: { ...headers, ...living.byCookie },
      })
      expect(body, what).toContain(person.email)
    }
  })

  for (const [what, [target, headers]] of Object.entries(dressedUp)) {
    it(`shows nothing of its user for a revoked token, requested ${what}`, async () => {
      const address = await addressFor(target, headers)
      const answer = await rawRequest(app, address, {
        headers: { ...headers, ...revoked.byCookie },
      })
      expect(answer.status).toBeLessThan(500)
      expect(answer.body).not.toContain(person.email)
    })
  }
})

describe('connections that stay open', () => {
  const MAX_PER_USER = 20

  const listen = async (): Promise<IncomingMessage> => {
    const sent = get(`${app.origin}/api/revocation/live`, {
      headers: { Accept: 'text/event-stream', ...living.jwt },
      agent: false,
    })
    sent.on('error', () => {})
    const [answer] = (await once(sent, 'response')) as [IncomingMessage]
    answer.on('error', () => {}).resume()
    return answer
  }

  it('are limited per user, and free their place when they break off', async () => {
    for (let round = 1; round <= 3; round += 1) {
      const open = await until('the room of the round before is free', async () => {
        const answers = await Promise.all(Array.from({ length: MAX_PER_USER }, listen))
        if (answers.every(({ statusCode }) => statusCode === 200)) return answers
        for (const answer of answers) answer.destroy()
        return undefined
      })
      const further = await listen()
      expect(further.statusCode).toBe(503)
      expect(further.headers['retry-after']).toBeDefined()
      for (const answer of [...open, further]) answer.destroy()
    }
  })
})

describe('a body of 50 MB', () => {
  const CHUNK = Buffer.alloc(1_048_576, 'x')

  /** Sends it as fast as it is read. Resolves with the status, or how the connection ended. */
  const send = (target: string, headers: Record<string, string>) =>
    new Promise<number | string>((resolve) => {
      const { hostname, port } = new URL(app.origin)
      const sent = request({
        ...{ hostname, port, path: target, method: 'POST', agent: false },
        headers: { 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked', ...headers },
      })
      let left = 50
      const write = () => {
        while (left > 0) {
          left -= 1
          if (!sent.write(CHUNK)) return
        }
        sent.end()
      }
      sent.on('drain', write)
      sent.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
      sent.on('response', (answer) => {
        answer.resume()
        resolve(answer.statusCode ?? 0)
      })
      write()
    })

  it('is refused by our endpoints, and the app goes on answering', async () => {
    const status = await send('/api/revocation/revoke', living.jwt)
    expect([413, 'ECONNRESET', 'EPIPE']).toContain(status)
    expect(await isAccepted(app, living)).toBe(true)
  })

  for (const target of ['/api/graphql', '/api/notes', '/api/users/refresh-token']) {
    it(`does not let a revoked token reach POST ${target}`, async () => {
      const status = await send(target, revoked.jwt)
      expect([401, 'ECONNRESET', 'EPIPE']).toContain(status)
      expect(await isAccepted(app, living)).toBe(true)
    })
  }
})

describe('a process that was stopped for longer than it may be stale', () => {
  it('accepts no token that was revoked in the meantime, from its first request on', async () => {
    await until(
      'it was stopped for long enough',
      () => performance.now() - frozen.since > MAX_STALENESS_MS,
      {
        withinMs: 2 * MAX_STALENESS_MS,
      },
    )
    await frozen.app.kill('SIGCONT')
    const answers = await Promise.all(
      Array.from({ length: 10 }, () =>
        frozen.app.request('/api/users/me', { headers: frozen.session.jwt }),
      ),
    )
    for (const { status } of answers) expect([401, 503]).toContain(status)
    expect(await isAccepted(frozen.app, living)).toBe(true)
  })
})
