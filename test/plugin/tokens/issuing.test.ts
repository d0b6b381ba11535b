import { createLocalReq, refreshOperation } from 'payload'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { uuidv7Time } from '../../../src/core/uuidv7.js'
import { MEMBER } from '../../support/baseConfig.js'
import { type App, createApp } from '../../support/createApp.js'
import { claimsOf, login, loginFrom } from '../../support/login.js'
import { withUsers } from '../../support/withUsers.js'

const headerOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString())

const expectIdentified = (token: string) => {
  const { jti, sid, iat, exp } = claimsOf(token)
  expect(uuidv7Time(String(jti))).toBeTypeOf('number')
  expect(sid).toMatch(/^[\w-]{36}$/)
  expect(Number(exp) - Number(iat)).toBe(7200)
  expect(headerOf(token)).toEqual({ alg: 'HS256', authVersion: 1, typ: 'JWT' })
}

const cookieToken = (response: Response) =>
  response.headers.get('Set-Cookie')?.match(/^[\w-]+-token=([^;]+)/)?.[1]

describe('every token that Payload hands out has an id', () => {
  let app: App
  beforeAll(async () => {
    app = await createApp({ isDefault: true })
  })
  afterAll(() => app.close())

  it('without the plugin no token has one, and simultaneous logins share a token', async () => {
    const bare = await createApp({ plugin: false })
    const logins = await Promise.all(Array.from({ length: 8 }, () => login(bare)))
    expect(logins.every(({ claims }) => claims.jti === undefined)).toBe(true)
    await bare.close()
  })

  it('login over REST: body, cookie and exp agree, and saveToJWT fields are kept', async () => {
    const response = await app.request('/api/users/login', { body: MEMBER })
    const body = (await response.json()) as { token: string; exp: number }
    expectIdentified(body.token)
    expect(cookieToken(response)).toBe(body.token)
    expect(claimsOf(body.token)).toMatchObject({
      collection: 'users',
      email: MEMBER.email,
      role: 'member',
      exp: body.exp,
    })
  })

  it('login over GraphQL: body, cookie and exp agree', async () => {
    const response = await app.graphQL(
      `mutation { loginUser(email: "${MEMBER.email}", password: "${MEMBER.password}") { token exp } }`,
    )
    const { data } = (await response.json()) as {
      data: { loginUser: { token: string; exp: number } }
    }
    expectIdentified(data.loginUser.token)
    expect(cookieToken(response)).toBe(data.loginUser.token)
    expect(claimsOf(data.loginUser.token).exp).toBe(data.loginUser.exp)
  })

  it('login over the Local API: its token has both names', async () => {
    const { token } = await app.payload.login({ collection: 'users', data: MEMBER })
    expectIdentified(token ?? '')
  })

  it('refresh over REST: a new jti, the same sid, body and cookie agree', async () => {
    const session = await login(app)
    const response = await app.request('/api/users/refresh-token', {
      method: 'POST',
      headers: session.jwt,
    })
    const body = (await response.json()) as { refreshedToken: string; exp: number }
    expectIdentified(body.refreshedToken)
    expect(cookieToken(response)).toBe(body.refreshedToken)
    const claims = claimsOf(body.refreshedToken)
    expect(claims).toMatchObject({ sid: session.claims.sid, role: 'member', exp: body.exp })
    expect(claims.jti).not.toBe(session.claims.jti)
  })

  it('refresh over GraphQL: a new jti, the same sid', async () => {
    const session = await login(app)
    const response = await app.graphQL(
      'mutation { refreshTokenUser { refreshedToken } }',
      session.jwt,
    )
    const { data } = (await response.json()) as {
      data: { refreshTokenUser: { refreshedToken: string } }
    }
    expectIdentified(data.refreshTokenUser.refreshedToken)
    expect(claimsOf(data.refreshTokenUser.refreshedToken).sid).toBe(session.claims.sid)
  })

  it('refresh by the server function, whose headers are empty: a new jti, the same sid', async () => {
    const session = await login(app)
    const { user } = await app.payload.auth({ headers: new Headers(session.byCookie) })
    const req = await createLocalReq({ user: user ?? undefined }, app.payload)
    const collection = app.payload.collections.users
    const { refreshedToken } = await refreshOperation({ collection, req } as never)
    expectIdentified(refreshedToken)
    expect(claimsOf(refreshedToken).sid).toBe(session.claims.sid)
    expect(claimsOf(refreshedToken).jti).not.toBe(session.claims.jti)
  })

  it('reset-password over REST: the issued token works', async () => {
    const token = await app.payload.forgotPassword({
      collection: 'users',
      data: { email: MEMBER.email },
      disableEmail: true,
    })
    const response = await app.request('/api/users/reset-password', {
      body: { token, password: MEMBER.password },
    })
    const body = (await response.json()) as { token: string }
    expectIdentified(body.token)
    expect(cookieToken(response)).toBe(body.token)
    const me = await app.request('/api/users/me', { headers: loginFrom(body.token).jwt })
    expect(await me.json()).toMatchObject({ user: { email: MEMBER.email } })
  })

  it('of 8 simultaneous logins every token works and is distinct', async () => {
    const logins = await Promise.all(Array.from({ length: 8 }, () => login(app)))
    expect(new Set(logins.map(({ claims }) => claims.jti)).size).toBe(8)
    const answers = await Promise.all(
      logins.map(({ jwt }) => app.request('/api/users/me', { headers: jwt })),
    )
    for (const answer of answers) expect(await answer.json()).toMatchObject({ user: { id: 1 } })
  })

  it('a second auth collection is covered', async () => {
    const customer = { email: 'customer@example.com', password: 'customer-password' }
    await app.payload.create({ collection: 'customers', data: customer })
    const { token, claims } = await login(app, customer, 'customers')
    expectIdentified(token)
    expect(claims.collection).toBe('customers')
  })
})

describe('Payload’s token options behave as before', () => {
  it('the first user is registered with a token that has an id', async () => {
    const app = await createApp()
    const customer = { email: 'first@example.com', password: 'first-password' }
    const response = await app.request('/api/customers/first-register', { body: customer })
    const body = (await response.json()) as { token: string; exp: number }
    expectIdentified(body.token)
    expect(cookieToken(response)).toBe(body.token)
    await app.close()
  })

  it('removeTokenFromResponses leaves the token to the cookie, cookiePrefix names it', async () => {
    const app = await createApp({
      configure: (config) => ({
        ...config,
        cookiePrefix: 'shop',
        collections: config.collections?.map((each) =>
          each.slug === 'users' ? { ...each, auth: { removeTokenFromResponses: true } } : each,
        ),
      }),
    })
    const response = await app.request('/api/users/login', { body: MEMBER })
    expect(await response.json()).not.toHaveProperty('token')
    const token = cookieToken(response) ?? ''
    expectIdentified(token)
    const headers = { Cookie: `shop-token=${token}` }
    expect((await app.request('/api/users/me', { headers })).status).toBe(200)
    await app.request('/api/users/logout', { method: 'POST', headers })
    expect((await app.request('/api/users/me', { headers })).status).toBe(401)
    await app.close()
  })

  it('loginWithUsername signs in by user name', async () => {
    const app = await createApp({
      configure: (config) => ({
        ...config,
        collections: config.collections?.map((each) =>
          each.slug === 'customers' ? { ...each, auth: { loginWithUsername: true } } : each,
        ),
      }),
    })
    const customer = { username: 'cleo', password: 'customer-password' }
    await app.payload.create({ collection: 'customers', data: customer })
    expectIdentified((await login(app, customer, 'customers')).token)
    await app.close()
  })

  it('useSessions, if the application turned it on, keeps its own sid, and both apply', async () => {
    const app = await createApp({
      configure: withUsers((users) => ({ ...users, auth: { useSessions: true } })),
    })
    const session = await login(app)
    const user = await app.payload.findByID({ collection: 'users', id: 1, showHiddenFields: true })
    expect(user.sessions?.map(({ id }: { id: string }) => id)).toEqual([session.claims.sid])
    expectIdentified(session.token)
    await app.request('/api/users/logout', { method: 'POST', headers: session.jwt })
    expect((await app.request('/api/users/me', { headers: session.jwt })).status).toBe(401)
    await app.close()
  })

  it('a token that another hook put in place, not signed by Payload, is not signed by us', async () => {
    const foreign = 'a.foreign.token'
    const app = await createApp({
      configure: (config) => ({
        ...config,
        collections: config.collections?.map((each) =>
          each.slug === 'users'
            ? {
                ...each,
                hooks: {
                  afterOperation: [
                    ({ operation, result }) =>
                      operation === 'login' ? { ...result, token: foreign } : result,
                  ],
                },
              }
            : each,
        ),
      }),
    })
    const response = await app.request('/api/users/login', { body: MEMBER })
    expect(await response.json()).toMatchObject({ token: foreign })
    await app.close()
  })
})
