import * as openid from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Login, login } from '../support/login.js'
import { type NextApp, startApp } from '../support/nextApp.js'
import { newMember, type Person } from '../support/people.js'
import { rawRequest } from '../support/rawRequest.js'

const SECRET = 'a-secret-of-the-other-service-01234567'
const VERIFY = '/api/revocation/verify'

let app: NextApp
let person: Person
let living: Login
let revoked: Login

beforeAll(async () => {
  app = await startApp({ env: { SERVICE_SECRET: SECRET } })
  person = await newMember(app)
  living = await login(app, person)
  revoked = await login(app, person)
  await app.request('/api/users/logout', { method: 'POST', headers: revoked.jwt })
})
afterAll(() => app?.stop())

describe('a standard client, over HTTP', () => {
  it('finds the endpoints at the well-known place, introspects and revokes', async () => {
    const config = await openid.discovery(new URL(app.origin), 'other-service', SECRET, undefined, {
      algorithm: 'oauth2',
      execute: [openid.allowInsecureRequests],
    })
    const mine = await login(app, person)
    expect(await openid.tokenIntrospection(config, mine.token)).toMatchObject({
      active: true,
      sub: `users:${person.id}`,
      email: person.email,
    })
    await openid.tokenRevocation(config, mine.token)
    expect(await openid.tokenIntrospection(config, mine.token)).toEqual({ active: false })
    expect((await app.request('/api/users/me', { headers: mine.jwt })).status).toBe(401)
  })

  it('is not stopped by a revoked cookie, neither at the guard nor at the gate', async () => {
    const ask = (path: string, body: string) =>
      rawRequest(app, `/api/revocation/oauth/${path}`, {
        method: 'POST',
        headers: {
          ...revoked.byCookie,
          'Content-Type': 'application/x-www-form-urlencoded',
        },
        body,
      })
    const client = `client_id=other-service&client_secret=${SECRET}`
    const introspected = await ask('introspect', `${client}&token=${living.token}`)
    expect(introspected.status).toBe(200)
    expect(JSON.parse(introspected.body)).toMatchObject({ active: true })
    expect((await ask('revoke', 'token=nonsense')).status).toBe(200)
    expect((await ask('introspect', `${client}&token=${'x'.repeat(1_000_000)}`)).status).toBe(413)
  })
})

describe('verify, over HTTP', () => {
  it.each(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
    'answers %s',
    async (method) => {
      for (const target of [VERIFY, `${VERIFY}/orders/42?x=1`]) {
        const good = await rawRequest(app, target, { method, headers: living.byCookie })
        expect(good.status).toBe(200)
        expect(good.header('X-Auth-User')).toEqual([String(person.id)])
        expect((await rawRequest(app, target, { method, headers: revoked.byCookie })).status).toBe(
          401,
        )
        expect((await rawRequest(app, target, { method })).status).toBe(401)
      }
    },
  )

  it('lets nobody in by an odd path that a gateway adds, if the gateway resolves dots itself', async () => {
    for (const path of [
      '//',
      '/a//b',
      '/a/',
      '/%zz',
      '/%2e',
      '/a%2f..%2fb',
      '/a;b',
      '/?anonymous=allow',
    ]) {
      const { status } = await rawRequest(app, VERIFY + path)
      expect(status, path).not.toBe(200)
      expect(status, path).not.toBe(204)
    }
  })

  it.each(['/../../posts', '/%2e%2e/%2e%2e/posts'])(
    'the path %s leads elsewhere: the warning of docs/gateways.md is true',
    async (path) => {
      expect((await rawRequest(app, VERIFY + path)).status).toBe(200)
    },
  )
})
