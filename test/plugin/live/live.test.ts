import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { revocations } from '../../../src/index.js'
import { ADMIN, MEMBER } from '../../support/baseConfig.js'
import { type App, createApp } from '../../support/createApp.js'
import { readEvents } from '../../support/events.js'
import { type Login, login, loginFrom } from '../../support/login.js'
import { signToken } from '../../support/signToken.js'
import { until } from '../../support/until.js'

const STREAM = { Accept: 'text/event-stream' }
const READY = { event: 'ready', data: { user: expect.stringMatching(/^user:users:/) } }

const listen = (app: App, { jwt }: Pick<Login, 'jwt'>, headers: HeadersInit = {}) =>
  app.request('/api/revocation/live', { headers: { ...STREAM, ...jwt, ...headers } })

/** An open connection that has said `ready`. */
async function connect(app: App, session: Pick<Login, 'jwt'>) {
  const response = await listen(app, session)
  expect(response.status).toBe(200)
  const events = readEvents(response)
  opened.push(events)
  expect(await events.next()).toMatchObject(READY)
  return events
}

let opened: { cancel(): Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(opened.map((events) => events.cancel()))
  opened = []
})

describe('live logout', () => {
  let app: App
  beforeAll(async () => {
    app = await createApp()
    await app.payload.create({ collection: 'users', data: ADMIN })
  })
  afterAll(() => app.close())

  const logOut = (session: Login, query = '') =>
    app.request(`/api/users/logout${query}`, { method: 'POST', headers: session.jwt })

  it('says that the stream is one, not to be kept or compressed on the way', async () => {
    const response = await listen(app, await login(app))
    expect(response.headers.get('Content-Type')).toMatch(/^text\/event-stream/)
    expect(response.headers.get('Cache-Control')).toBe('no-store, no-transform')
    await response.body?.cancel()
  })

  it('tells the session that it has ended, and why, and ends the stream', async () => {
    const session = await login(app)
    const events = await connect(app, session)
    await logOut(session)
    expect(await events.next()).toEqual({ event: 'end', data: { reason: 'logout' } })
    expect(await events.next()).toBeUndefined()
  })

  it('leaves the other sessions of the user alone', async () => {
    const session = await login(app)
    const other = await login(app)
    const events = await connect(app, other)
    await logOut(session)
    await logOut(other, '?allSessions=true')
    expect(await events.next()).toMatchObject({ event: 'end' })
    expect(await events.next()).toBeUndefined()
  })

  it('tells a changed password to every session but the one that changed it', async () => {
    const [own, other] = [await login(app, ADMIN), await login(app, ADMIN)]
    const [mine, theirs] = [await connect(app, own), await connect(app, other)]
    const { docs } = await app.payload.find({
      collection: 'users',
      where: { email: { equals: ADMIN.email } },
    })
    await app.request(`/api/users/${docs[0]?.id}`, {
      method: 'PATCH',
      body: { password: 'another-password' },
      headers: own.jwt,
    })
    expect(await theirs.next()).toEqual({ event: 'end', data: { reason: 'password-changed' } })
    await logOut(own)
    expect(await mine.next()).toEqual({ event: 'end', data: { reason: 'logout' } })
  })

  it('tells what an administrator did, and never the note or who it was', async () => {
    const session = await login(app)
    const events = await connect(app, session)
    const { sid } = session.claims as { sid: string }
    await revocations(app.payload).revoke(
      { session: sid },
      {
        note: 'stolen laptop',
        actor: { collection: 'users', id: 1 },
      },
    )
    expect(await events.next()).toEqual({ event: 'end', data: { reason: 'admin' } })
  })

  it('asks to come back when the token expires while the session may go on', async () => {
    const { claims } = await login(app)
    const exp = Math.floor(Date.now() / 1000) + 2
    const token = signToken({ ...claims, exp })
    const events = await connect(app, { jwt: { Authorization: `JWT ${token}` } })
    expect(await events.next()).toEqual({ event: 'renew', data: { reason: 'expired' } })
    expect(await events.next()).toBeUndefined()
  })

  it('asks to come back when the token was rotated: the session goes on', async () => {
    const strict = await createApp({ plugin: { rotation: { grace: 0 } } })
    const session = await login(strict)
    const events = await connect(strict, session)
    const refresh = await strict.request('/api/users/refresh-token', {
      method: 'POST',
      headers: session.jwt,
    })
    const { refreshedToken } = (await refresh.json()) as { refreshedToken: string }
    expect(await events.next()).toEqual({ event: 'renew', data: { reason: 'rotated' } })
    await connect(strict, { jwt: { Authorization: `JWT ${refreshedToken}` } })
    await strict.close()
  })

  it('answers a check once: who is logged in, 401 for nobody', async () => {
    const session = await login(app)
    const check = await app.request('/api/revocation/live', { headers: session.jwt })
    expect(check.status).toBe(200)
    expect(await check.json()).toEqual({ user: expect.stringMatching(/^user:users:/) })
    const nobody = await app.request('/api/revocation/live')
    expect(nobody.status).toBe(401)
    expect(nobody.headers.get('WWW-Authenticate')).toBeNull()
  })

  it('has nothing for who came by an API key: there is no token to end', async () => {
    const apiKey = 'an-api-key-of-the-tests'
    await app.payload.create({
      collection: 'customers',
      data: { email: 'c@example.com', password: 'a-password', enableAPIKey: true, apiKey },
    })
    const headers = { ...STREAM, Authorization: `customers API-Key ${apiKey}` }
    const response = await app.request('/api/revocation/live', { headers })
    expect(response.status).toBe(400)
  })
})

describe('a tab that slept through it', () => {
  let app: App
  beforeAll(async () => {
    app = await createApp()
  })
  afterAll(() => app.close())

  it('gets 401, the cookie taken away, and the reason that it missed', async () => {
    const session = await login(app)
    await revocations(app.payload).revoke(
      { user: { collection: 'users', id: session.claims.id as number } },
      { reason: 'password-reset' },
    )
    for (const headers of [STREAM, { Accept: 'application/json' }]) {
      const response = await app.request('/api/revocation/live', {
        headers: { ...headers, ...session.byCookie },
      })
      expect(response.status).toBe(401)
      expect(response.headers.get('WWW-Authenticate')).toContain('invalid_token')
      expect(response.headers.get('Set-Cookie')).toMatch(/^payload-token=;/)
      expect(await response.json()).toMatchObject({
        errors: [{ name: 'TokenRevoked', data: { reason: 'password-reset' } }],
      })
    }
  })

  it('is told of a limit of its session', async () => {
    const limited = await createApp({ plugin: { sessionLimits: { idleTimeout: 60 } } })
    const { claims } = await login(limited)
    const aMinuteAgo = Math.floor(Date.now() / 1000) - 61
    const { jti, ...rest } = claims
    const idle = signToken({ ...rest, iat: aMinuteAgo, exp: aMinuteAgo + 600 })
    const response = await limited.request('/api/revocation/live', {
      headers: { Authorization: `JWT ${idle}` },
    })
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({ errors: [{ data: { reason: 'idle' } }] })
    await limited.close()
  })

  it('learns no reason from a token that Payload did not sign', async () => {
    const session = await login(app)
    await app.request('/api/users/logout', { method: 'POST', headers: session.jwt })
    const [header, claims] = session.token.split('.')
    const forged = `${header}.${claims}.${'A'.repeat(43)}`
    const response = await app.request('/api/revocation/live', {
      headers: { ...STREAM, Authorization: `JWT ${forged}` },
    })
    expect(response.status).toBe(401)
    expect(JSON.stringify(await response.json())).not.toContain('logout')
  })

  it('learns no reason anywhere else', async () => {
    const session = await login(app)
    await app.request('/api/users/logout', { method: 'POST', headers: session.jwt })
    const response = await app.request('/api/users/me', { headers: session.jwt })
    expect(response.status).toBe(401)
    expect(JSON.stringify(await response.json())).not.toContain('reason')
  })
})

describe('a session that began without headers', () => {
  const BROWSER = { 'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0' }

  it('gets the name of its device from the tab that listens, or lists', async () => {
    const app = await createApp()
    const logInByServerFunction = async () => {
      const { token } = await app.payload.login({ collection: 'users', data: MEMBER })
      return loginFrom(String(token))
    }
    const devices = async () => {
      const { docs } = await app.payload.find({ collection: 'user-sessions' })
      return docs.map(({ device }) => device)
    }
    const listening = await logInByServerFunction()
    expect(await devices()).toEqual([null])
    await readEvents(await listen(app, listening, BROWSER)).cancel()
    await until('the device is known', async () => (await devices())[0] === 'Firefox on Linux')

    const listing = await logInByServerFunction()
    await app.request('/api/revocation/sessions', { headers: { ...BROWSER, ...listing.jwt } })
    await app.request('/api/revocation/sessions', {
      headers: { ...listing.jwt, 'User-Agent': 'curl' },
    })
    expect(await devices()).toEqual(['Firefox on Linux', 'Firefox on Linux'])
    await app.close()
  })
})

describe('bounds', () => {
  it('a user, and the process, have so many connections and no more', async () => {
    const app = await createApp({
      plugin: { live: { maxConnections: 3, maxConnectionsPerUser: 2 } },
    })
    await app.payload.create({ collection: 'users', data: ADMIN })
    const [member, admin] = [await login(app, MEMBER), await login(app, ADMIN)]
    const first = await connect(app, member)
    await connect(app, member)
    const third = await listen(app, member)
    expect(third.status).toBe(503)
    expect(Number(third.headers.get('Retry-After'))).toBeGreaterThan(0)

    await connect(app, admin)
    expect((await listen(app, admin)).status).toBe(503)

    await first.cancel()
    await connect(app, member)
    await app.close()
  })

  it('a connection that the browser breaks off gives its room back', async () => {
    const app = await createApp({ plugin: { live: { maxConnections: 1 } } })
    const session = await login(app)
    const abort = new AbortController()
    const gone = await app.send(
      new Request('http://127.0.0.1:3000/api/revocation/live', {
        headers: { ...STREAM, ...session.jwt },
        signal: abort.signal,
      }),
    )
    expect(gone.status).toBe(200)
    expect((await listen(app, session)).status).toBe(503)
    abort.abort()
    await connect(app, session)
    await app.close()
  })

  it('a stream ends with the Payload instance, and leaves no timer behind', async () => {
    const app = await createApp()
    const events = await connect(app, await login(app))
    const before = activeIntervals()
    await app.close()
    expect(await events.next()).toMatchObject({ event: 'renew', data: { reason: 'unknown' } })
    expect(await events.next()).toBeUndefined()
    await until('the timers are gone', () => activeIntervals() < before)
  })

  it('a stream ends with the signal on which the server closes, which waits for open answers', async () => {
    const app = await createApp()
    const server = () => {}
    process.on('SIGTERM', server)
    const events = await connect(app, await login(app))
    process.emit('SIGTERM')
    process.off('SIGTERM', server)
    expect(await events.next()).toBeUndefined()
    expect(process.listenerCount('SIGTERM')).toBe(0)
    await app.close()
  })

  it('the endpoint is not there when the option switches it off', async () => {
    const app = await createApp({ plugin: { live: false } })
    expect((await listen(app, await login(app))).status).toBe(404)
    await app.close()
  })
})

/** Reading the ledger and the like keep their own; those of the connections must go. */
const activeIntervals = () =>
  process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length

describe('with another process on the same database', () => {
  it('a logout there is told here as soon as this one reads of it', async () => {
    const here = await createApp({ plugin: { pollInterval: 0.05 } })
    const there = await createApp({ database: here.database })
    const session = await login(here)
    const events = await connect(here, session)
    await there.request('/api/users/logout', { method: 'POST', headers: session.jwt })
    expect(await events.next()).toEqual({ event: 'end', data: { reason: 'logout' } })
    await there.close()
    await here.close()
  })
})
