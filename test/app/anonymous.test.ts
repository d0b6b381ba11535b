import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { login, loginFrom } from '../support/login.js'
import { type NextApp, startApp } from '../support/nextApp.js'
import { newAdministrator, type Person } from '../support/people.js'
import { rawRequest } from '../support/rawRequest.js'
import { signToken } from '../support/signToken.js'

let app: NextApp
let person: Person

beforeAll(async () => {
  app = await startApp()
  person = await newAdministrator(app)
})
afterAll(() => app?.stop())

const seconds = () => Math.floor(Date.now() / 1_000)
const claims = () => ({
  collection: 'users',
  email: person.email,
  id: person.id,
  iat: seconds(),
  exp: seconds() + 3_600,
})

describe('what is not a token of the app', () => {
  const tokens: Record<string, () => string> = {
    'signed with another secret': () => signToken(claims(), { secret: 'a guess' }),
    'that a neighbour signed three hours ago': () =>
      signToken({ ...claims(), iat: seconds() - 10_800 }, { secret: 'of the neighbour' }),
    'of a collection that every object has': () =>
      signToken({ ...claims(), collection: 'constructor', iat: 0 }, { secret: 'a guess' }),
    'with its signature cut off': () => `${signToken(claims()).split('.').slice(0, 2).join('.')}.`,
    'with claims changed after signing': () => {
      const [header, , signature] = signToken(claims()).split('.')
      const other = Buffer.from(JSON.stringify({ ...claims(), id: 1 })).toString('base64url')
      return `${header}.${other}.${signature}`
    },
    'of alg none': () => signToken(claims(), { header: { alg: 'none' } }),
    'of alg none and unsigned': () =>
      `${signToken(claims(), { header: { alg: 'none' } })
        .split('.')
        .slice(0, 2)
        .join('.')}.`,
    'without the authVersion of Payload': () =>
      signToken(claims(), { header: { authVersion: undefined } }),
    expired: () => signToken({ ...claims(), iat: seconds() - 7_200, exp: seconds() - 60 }),
    'with a user who does not exist': () => signToken({ ...claims(), id: 1_000_000 }),
    'with an id that is an object': () => signToken({ ...claims(), id: { equals: 1 } }),
    'with an exp that is a text': () => signToken({ ...claims(), exp: 'never' }),
    'whose claims are a list': () => signToken([1, 2, 3]),
    'that is not Base64': () => '%%%.%%%.%%%',
    'of random bytes': () => randomBytes(200).toString('base64url'),
    'of 6 KB': () => signToken({ ...claims(), id: 'x'.repeat(6_000) }),
  }

  it('differs from one with the right signature, which is let in', async () => {
    const token = loginFrom(signToken(claims()))
    const me = await app.request('/api/users/me', { headers: token.bearer })
    expect(await me.json()).toMatchObject({ user: { email: person.email } })
    const page = await app.request('/account', { headers: token.byCookie })
    expect(await page.text()).toContain(person.email)
  })

  for (const [what, token] of Object.entries(tokens)) {
    it(`is answered like no token: one ${what}`, async () => {
      const text = token()
      const byBearer = { Authorization: `Bearer ${text}` }
      const ways = [{ Cookie: `payload-token=${text}` }, byBearer, { Authorization: `JWT ${text}` }]
      for (const path of ['/', '/account', '/login', '/api/users/me', '/api/posts', '/api/notes']) {
        const without = await app.request(path)
        for (const headers of ways) {
          const response = await app.request(path, { headers })
          expect(response.status, path).toBe(without.status)
          expect(response.headers.get('Location')).toBe(without.headers.get('Location'))
          expect(response.headers.get('WWW-Authenticate')).toBe(null)
          expect(response.headers.getSetCookie()).toEqual(without.headers.getSetCookie())
        }
      }
      const me = await app.request('/api/users/me', { headers: byBearer })
      expect(await me.json()).toMatchObject({ user: null })
    })
  }

  it('ends nothing by a logout, even if it names a living session', async () => {
    const session = await login(app, person)
    const [header, text] = session.token.split('.')
    const forged = loginFrom(`${header}.${text}.${Buffer.alloc(32).toString('base64url')}`)
    await app.request('/api/users/logout', { method: 'POST', headers: forged.byCookie })
    const me = await app.request('/api/users/me', { headers: session.byCookie })
    expect(await me.json()).toMatchObject({ user: { email: person.email } })
  })
})

describe('a token that is far too large', () => {
  const megabyte = 'x'.repeat(1_048_576)
  const headers: Record<string, Record<string, string>> = {
    'an Authorization header': { Authorization: `Bearer ${megabyte}` },
    'a cookie': { Cookie: `payload-token=${megabyte}` },
    'a cookie of many parts': { Cookie: 'payload-token=a.b.c; '.repeat(50_000) },
  }

  for (const [what, sent] of Object.entries(headers)) {
    it(`${what} of 1 MB is refused, and the app goes on answering`, async () => {
      // Node may close the connection while the header is still being sent.
      const status = await rawRequest(app, '/api/users/me', { headers: sent }).then(
        (response) => response.status,
        (error: NodeJS.ErrnoException) => error.code,
      )
      expect([431, 'ECONNRESET', 'EPIPE']).toContain(status)
      expect(await (await app.request('/api/whoami')).json()).toEqual({ user: null })
    })
  }

  it('a header just below the limit of the server is answered like no token', async () => {
    const all: Record<string, string>[] = [
      { Authorization: `Bearer ${'a.'.repeat(7_000)}` },
      { Cookie: `payload-token=${'%41'.repeat(4_500)}` },
      { Cookie: 'payload-token=a.b.c; '.repeat(700) },
    ]
    for (const sent of all) {
      const response = await rawRequest(app, '/api/whoami', { headers: sent })
      expect(response.status).toBe(200)
      expect(JSON.parse(response.body)).toEqual({ user: null })
    }
  })
})
