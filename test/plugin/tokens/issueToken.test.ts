import { createLocalReq, getFieldsToSign, jwtSign } from 'payload'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { CLOCK_TOLERANCE_MS } from '../../../src/core/revocation.js'
import { uuidv7Time } from '../../../src/core/uuidv7.js'
import { issueToken, revocations } from '../../../src/index.js'
import { type App, createApp } from '../../support/createApp.js'
import { isAccepted } from '../../support/isAccepted.js'
import { claimsOf, login, loginFrom } from '../../support/login.js'
import { onEachDatabaseByNumber } from '../../support/onEachDatabase.js'
import { withUsers } from '../../support/withUsers.js'

beforeAll(() => void vi.useFakeTimers({ toFake: ['Date'] }))
afterAll(() => void vi.useRealTimers())

/** What an application without `issueToken` does after it has authenticated a user. */
async function signItself({ payload }: App, id: number) {
  const user = await payload.findByID({ collection: 'users', id })
  const collectionConfig = payload.config.collections.find(({ slug }) => slug === 'users')
  if (!collectionConfig) throw new Error('The app has no users')
  const { token } = await jwtSign({
    fieldsToSign: getFieldsToSign({ collectionConfig, email: user.email, user: user as never }),
    secret: payload.secret,
    tokenExpiration: collectionConfig.auth.tokenExpiration,
  })
  return { token }
}

/** The application identifies a user by a one-time link. */
const magicLink = withUsers((users) => ({
  ...users,
  endpoints: [
    {
      method: 'get',
      path: '/magic-link',
      custom: { jwtRevocation: { open: true } },
      async handler(req) {
        const { cookie } = await issueToken(req.payload, {
          ...{ collection: 'users', user: { id: 1 }, req },
        })
        return new Response(null, { status: 303, headers: { Location: '/', 'Set-Cookie': cookie } })
      },
    },
  ],
}))

onEachDatabaseByNumber('a token that the application has issued', (database) => {
  let app: App
  beforeAll(async () => {
    app = await createApp({ ...database(), isDefault: true, configure: magicLink })
  })
  afterAll(() => app.close())

  it("is like the one of Payload's login, and ends like it", async () => {
    const { token, exp, cookie } = await issueToken(app.payload, {
      ...{ collection: 'users', user: { id: 1 } },
    })
    const { iat, exp: _, auth_time: time, jti, sid, ...claims } = claimsOf(token)
    const known = (await login(app)).claims
    expect({ ...known, ...claims }).toEqual(known)
    expect([jti, sid]).toEqual([expect.any(String), expect.any(String)])
    expect(exp).toBe(Number(iat) + 7_200)
    expect(cookie).toMatch(new RegExp(`^payload-token=${token}; Expires=.*HttpOnly=true`))
    expect(await isAccepted(app, { token })).toBe(true)
    const sessions = await revocations(app.payload).sessions({ collection: 'users', id: 1 })
    expect(sessions.map(({ id }) => id)).toContain(sid)
    const headers = loginFrom(token).jwt
    expect((await app.request('/api/users/logout', { method: 'POST', headers })).status).toBe(200)
    expect(await isAccepted(app, { token })).toBe(false)
  })

  it('is valid right after a cut-off of its user; one that the application signs itself is refused until the next second', async () => {
    const before = await issueToken(app.payload, { collection: 'users', user: { id: 1 } })
    await revocations(app.payload).revoke({ user: { collection: 'users', id: 1 } })
    expect(await isAccepted(app, before)).toBe(false)
    expect(await isAccepted(app, await signItself(app, 1))).toBe(false)
    const { token } = await issueToken(app.payload, { collection: 'users', user: { id: 1 } })
    expect(await isAccepted(app, { token })).toBe(true)
    const afterCutoff = uuidv7Time(String(claimsOf(token).jti)) ?? Number.NaN
    expect(afterCutoff).toBeGreaterThan(Date.now() + CLOCK_TOLERANCE_MS)
    vi.setSystemTime(afterCutoff + 1_000)
    expect(await isAccepted(app, await signItself(app, 1))).toBe(true)
  })

  it("replaces the session of the browser's cookie, and its record has the device", async () => {
    const old = await login(app)
    const answer = await app.request('/api/users/magic-link', {
      headers: { ...old.byCookie, 'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64) Firefox/130.0' },
    })
    expect(answer.status).toBe(303)
    const cookie = answer.headers.getSetCookie().join()
    const next = loginFrom(/payload-token=([^;]+)/.exec(cookie)?.[1] ?? '')
    expect(await isAccepted(app, next)).toBe(true)
    expect(await isAccepted(app, old)).toBe(false)
    const sessions = await revocations(app.payload).sessions({ collection: 'users', id: 1 })
    expect(sessions.find(({ id }) => id === next.claims.sid)?.device).toBe('Firefox on Linux')
    // A dead cookie does not prevent signing in again.
    const again = await app.request('/api/users/magic-link', { headers: old.byCookie })
    expect(again.status).toBe(303)
  })

  it('is issued within a transaction, to a user who is created in it', async () => {
    const { db } = app.payload
    const req = await createLocalReq({}, app.payload)
    const transaction = await db.beginTransaction()
    if (transaction) req.transactionID = transaction
    const data = { email: 'new@example.com', password: 'a-password' }
    const user = await app.payload.create({ collection: 'users', data, req })
    const { token } = await issueToken(app.payload, { collection: 'users', user, req })
    if (transaction) await db.commitTransaction(transaction)
    expect(await isAccepted(app, { token })).toBe(true)
  })

  it('is not issued for an unknown user, or for another collection', async () => {
    const options = { collection: 'users', user: { id: 999 } }
    await expect(issueToken(app.payload, options)).rejects.toMatchObject({ code: 'invalid-input' })
    for (const collection of ['posts', 'nothing', 'constructor'])
      await expect(issueToken(app.payload, { collection, user: { id: 1 } })).rejects.toMatchObject({
        code: 'no-auth-collection',
      })
  })
})

describe("a token that the application has issued, with Payload's own sessions", () => {
  let app: App
  afterEach(() => app.close())

  it('is in their list, and is accepted', async () => {
    app = await createApp({
      configure: withUsers((users) => ({ ...users, auth: { useSessions: true } })),
    })
    const { token } = await issueToken(app.payload, { collection: 'users', user: { id: 1 } })
    expect(await isAccepted(app, { token })).toBe(true)
    const headers = loginFrom(token).jwt
    await app.request('/api/users/logout', { method: 'POST', headers })
    expect(await isAccepted(app, { token })).toBe(false)
  })

  it('respects the maximum number of sessions of a user', async () => {
    app = await createApp({ plugin: { sessionLimits: { maxPerUser: 1 } } })
    const first = await issueToken(app.payload, { collection: 'users', user: { id: 1 } })
    const second = await issueToken(app.payload, { collection: 'users', user: { id: 1 } })
    expect(await isAccepted(app, first)).toBe(false)
    expect(await isAccepted(app, second)).toBe(true)
  })
})

it('needs the plugin', async () => {
  const app = await createApp({ plugin: false })
  const issuing = issueToken(app.payload, { collection: 'users', user: { id: 1 } })
  await expect(issuing).rejects.toMatchObject({ code: 'not-started' })
  await app.close()
})
