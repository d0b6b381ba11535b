import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Callers, createCallers } from '../../support/callers.js'
import { isAccepted } from '../../support/isAccepted.js'
import type { Login } from '../../support/login.js'

const OWN = 'http://127.0.0.1:3000'
const FOREIGN = 'https://evil.example'
const sid = ({ claims }: Login) => String(claims.sid)

/** What a browser sends along when a page of this origin makes it send a request. */
const from = (origin: string, { byCookie }: Login) => ({
  ...byCookie,
  Origin: origin,
  'Sec-Fetch-Site': origin === OWN ? 'same-origin' : 'cross-site',
})

describe('without a list of origins', () => {
  it('a page of another site logs out a visitor whose browser sends the cookie along', async () => {
    const app = await createCallers()
    const session = await app.as('member')
    await app.request('/api/users/logout', { method: 'POST', headers: from(FOREIGN, session) })
    expect(await isAccepted(app, session)).toBe(false)
    await app.close()
  })
})

describe('with the application’s own origin in `csrf`', () => {
  let app: Callers
  beforeAll(async () => {
    app = await createCallers({ configure: (config) => ({ ...config, csrf: [OWN] }) })
  })
  afterAll(() => app.close())

  it('a page of another site logs nobody out, but one of the own site does', async () => {
    const session = await app.as('member')
    const logout = (origin: string, path = '/api/users/logout') =>
      app.request(path, { method: 'POST', headers: from(origin, session) })
    expect((await logout(FOREIGN)).status).toBe(400)
    expect((await logout(FOREIGN, '/api/users/logout?allSessions=true')).status).toBe(400)
    expect(await isAccepted(app, session)).toBe(true)
    expect((await logout(OWN)).status).toBe(200)
    expect(await isAccepted(app, session)).toBe(false)
  })

  it('a page of another site cannot call anything under `/revocation`', async () => {
    const session = await app.as('administrator')
    const headers = from(FOREIGN, session)
    for (const [path, body] of [
      ['revoke', { everyone: true }],
      ['revoke', { session: sid(session) }],
      ['lift', { session: 'a' }],
      ['sessions/rename', { session: sid(session), name: 'Mine' }],
      ['sessions', undefined],
      ['list', undefined],
    ] as const) {
      expect((await app.call(path, headers, body)).status).toBe(401)
    }
    expect(await isAccepted(app, session)).toBe(true)
    expect((await app.call('sessions', from(OWN, session))).status).toBe(200)
  })
})

describe('a GET', () => {
  let app: Callers
  beforeAll(async () => {
    app = await createCallers({ isDefault: true })
  })
  afterAll(() => app.close())

  it('logs nobody out, whatever link or image another site shows', async () => {
    const session = await app.as('member')
    const rows = await app.rows()
    for (const path of [
      '/api/users/logout',
      '/api/users/logout?allSessions=true',
      '/api/users/refresh-token',
      '/api/graphql?query=mutation%7BlogoutUser%7D',
      '/api/revocation/revoke?everyone=true',
      `/api/revocation/revoke?session=${sid(session)}`,
    ]) {
      const response = await app.request(path, { headers: session.byCookie })
      // Payload treats `logout` as the id of a user, which is not a number.
      expect([404, 500]).toContain(response.status)
    }
    expect(await isAccepted(app, session)).toBe(true)
    expect(await app.rows()).toBe(rows)
  })
})

describe('somebody else’s cookie', () => {
  let app: Callers
  beforeAll(async () => {
    app = await createCallers()
  })
  afterAll(() => app.close())

  it('is not logged out together with the caller’s own token', async () => {
    const [own, other] = [await app.as('member'), await app.as('other')]
    const headers = { ...own.jwt, ...other.byCookie }
    await app.request('/api/users/logout', { method: 'POST', headers })
    expect(await isAccepted(app, own)).toBe(false)
    expect(await isAccepted(app, other)).toBe(true)
  })

  it('of another collection is not logged out by the logout of this one', async () => {
    const customer = await app.as('customer')
    const response = await app.request('/api/users/logout', {
      method: 'POST',
      headers: customer.byCookie,
    })
    expect(response.status).toBe(403)
    const me = await app.request('/api/customers/me', { headers: customer.byCookie })
    expect(await me.json()).toMatchObject({ user: { email: 'customer@example.com' } })
  })

  it('that was logged out ends nothing any more', async () => {
    const [gone, living] = [await app.as('member'), await app.as('member')]
    await app.request('/api/users/logout', { method: 'POST', headers: gone.byCookie })
    const path = '/api/users/logout?allSessions=true'
    const again = await app.request(path, { method: 'POST', headers: gone.byCookie })
    expect(again.status).toBe(401)
    expect(await isAccepted(app, living)).toBe(true)
  })
})
