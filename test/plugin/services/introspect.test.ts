import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { revocations } from '../../../src/index.js'
import { runtimeOf } from '../../../src/plugin/runtime/runtimeOf.js'
import { MEMBER } from '../../support/baseConfig.js'
import { breakReads } from '../../support/breakReads.js'
import { type App, createApp } from '../../support/createApp.js'
import { isAccepted } from '../../support/isAccepted.js'
import { type Login, login } from '../../support/login.js'
import {
  basic,
  introspected,
  OTHER_SERVICE,
  PATHS,
  SERVICE,
  sendForm,
} from '../../support/oauth.js'
import { onEachDatabase } from '../../support/onEachDatabase.js'
import { signToken } from '../../support/signToken.js'
import { withUsers } from '../../support/withUsers.js'

const plugin = { services: [SERVICE, OTHER_SERVICE] }
const INACTIVE = '{"active":false}'

const logOut = (app: App, { jwt }: Login) =>
  app.request('/api/users/logout', { method: 'POST', headers: jwt })

const answerAbout = (app: App, token: string) =>
  sendForm(app, PATHS.introspect, { body: { token } })

/** Nothing but the one sentence: the same bytes for every text that is no good token. */
async function expectInactive(app: App, token: string) {
  const answer = await answerAbout(app, token)
  expect({ status: answer.status, body: await answer.text() }).toEqual({
    status: 200,
    body: INACTIVE,
  })
}

describe('introspection', () => {
  let app: App
  let session: Login
  beforeAll(async () => {
    app = await createApp({ plugin })
    session = await login(app)
  })
  afterAll(() => app.close())

  it('tells of a good token whose it is, its times, and the claims that this service may see', async () => {
    const answer = await answerAbout(app, session.token)
    const { id, sid, jti, iat, exp, auth_time } = session.claims
    expect(await answer.json()).toEqual({
      active: true,
      sub: `users:${id}`,
      collection: 'users',
      ...{ id, sid, jti, iat, exp, auth_time },
      token_type: 'Bearer',
      role: 'member',
      email: MEMBER.email,
    })
  })

  it('tells a service without `claims` nothing else of the user', async () => {
    const headers = basic(OTHER_SERVICE)
    const answer = await sendForm(app, PATHS.introspect, {
      body: { token: session.token },
      headers,
    })
    const told = (await answer.json()) as object
    expect(Object.keys(told)).toContain('sub')
    expect(Object.keys(told)).not.toContain('email')
    expect(Object.keys(told)).not.toContain('role')
  })

  it('may not be cached, whatever the answer is', async () => {
    const answers = await Promise.all([
      answerAbout(app, session.token),
      answerAbout(app, 'nonsense'),
      sendForm(app, PATHS.introspect, { body: {} }),
      sendForm(app, PATHS.introspect, { body: { token: 'x' }, headers: {} }),
    ])
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 400, 401])
    for (const { headers } of answers) {
      expect(headers.get('Cache-Control')).toBe('no-store')
      expect(headers.get('Pragma')).toBe('no-cache')
      expect(headers.get('Content-Type')).toMatch(/^application\/json/)
    }
  })

  it('answers the same about every text that is no good token', async () => {
    const { claims } = session
    const now = Math.floor(Date.now() / 1_000)
    const ended = await login(app)
    await logOut(app, ended)
    const texts = {
      revoked: ended.token,
      expired: signToken({ ...claims, exp: now - 1 }),
      'not yet valid': signToken({ ...claims, nbf: now + 600 }),
      'of another secret': signToken(claims, { secret: 'another-secret' }),
      'of nobody': signToken({ ...claims, id: 4711 }),
      'of a collection that is none': signToken({ ...claims, collection: 'nowhere' }),
      'of a collection without users': signToken({ ...claims, collection: 'posts', id: 1 }),
      'without Payload’s version': signToken(claims, { header: { authVersion: undefined } }),
      'without a signature': `${session.token.split('.').slice(0, 2).join('.')}.`,
      'of alg none': signToken(claims, { header: { alg: 'none' } }),
      'one character off': `${session.token.slice(0, -2)}AA`,
      'no token': 'nonsense',
      'a line break': 'a\r\nX-Injected: yes',
    }
    for (const text of Object.values(texts)) await expectInactive(app, text)
    expect(await introspected(app, session.token)).toMatchObject({ active: true })
  })

  it('agrees with Payload, also about a cut-off of the user and of everyone', async () => {
    const one = await login(app)
    expect(await introspected(app, one.token)).toMatchObject({ active: true })
    await revocations(app.payload).revoke({
      user: { collection: 'users', id: Number(one.claims.id) },
    })
    expect(await isAccepted(app, one)).toBe(false)
    await expectInactive(app, one.token)
    const two = await login(app)
    expect(await introspected(app, two.token)).toMatchObject({ active: true })
    await revocations(app.payload).revoke({ everyone: true })
    await expectInactive(app, two.token)
    session = await login(app)
  })

  it('is not hindered by a revoked cookie beside the question', async () => {
    const ended = await login(app)
    await logOut(app, ended)
    const answer = await sendForm(app, PATHS.introspect, {
      body: { token: session.token },
      headers: { ...basic(), ...ended.byCookie },
    })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('Set-Cookie')).toBeNull()
    expect(await answer.json()).toMatchObject({ active: true })
  })

  it('counts a refused token as shown, as at every other entry', async () => {
    const told: unknown[] = []
    const watched = await createApp({
      plugin: { ...plugin, hooks: { onRefused: (event) => void told.push(event) } },
    })
    const ended = await login(watched)
    await logOut(watched, ended)
    await expectInactive(watched, ended.token)
    await expect
      .poll(() => told)
      .toEqual([
        expect.objectContaining({ status: 'revoked', path: '/api/revocation/oauth/introspect' }),
      ])
    await watched.close()
  })
})

onEachDatabase('introspection', (database) => {
  it('takes a user who may no longer log in for inactive', async () => {
    const app = await createApp({
      ...database(),
      plugin,
      configure: withUsers((users) => ({ ...users, auth: { verify: true } })),
    })
    await app.payload.update({
      collection: 'users',
      where: { email: { equals: MEMBER.email } },
      data: { _verified: true },
    })
    const session = await login(app)
    expect(await introspected(app, session.token)).toMatchObject({ active: true })
    // Past every hook, so that no revocation ends the token.
    const where = { email: { equals: MEMBER.email } }
    await app.payload.db.updateOne({ collection: 'users', where, data: { _verified: false } })
    await expectInactive(app, session.token)
    await app.payload.db.updateOne({ collection: 'users', where, data: { _verified: true } })
    expect(await introspected(app, session.token)).toMatchObject({ active: true })
    await app.payload.delete({ collection: 'users', where })
    await expectInactive(app, session.token)
    await app.close()
  })
})

describe('introspection with `useSessions`', () => {
  it('takes a session that is not in Payload’s list for inactive', async () => {
    const app = await createApp({
      plugin,
      configure: withUsers((users) => ({ ...users, auth: { useSessions: true } })),
    })
    const session = await login(app)
    expect(await introspected(app, session.token)).toMatchObject({ active: true })
    await app.payload.db.updateOne({
      collection: 'users',
      where: { email: { equals: MEMBER.email } },
      data: { sessions: [] },
    })
    await expectInactive(app, session.token)
    await app.close()
  })
})

describe('introspection that cannot tell', () => {
  it('answers 503 with Retry-After while the denylist is too stale, and never 200', async () => {
    const app = await createApp({ plugin: { ...plugin, maxStaleness: 0.1, pollInterval: 0.05 } })
    const session = await login(app)
    expect(await introspected(app, session.token)).toMatchObject({ active: true })
    breakReads(app.payload)
    const { denylist } = runtimeOf(app.payload)
    await expect.poll(() => denylist.state.isFresh).toBe(false)
    const answer = await answerAbout(app, session.token)
    expect(answer.status).toBe(503)
    expect(answer.headers.get('Retry-After')).toBe('1')
    expect(await answer.json()).toMatchObject({ error: 'temporarily_unavailable' })
    await app.close()
  })

  it('answers 503, and not that the user is gone, when the database is', async () => {
    const app = await createApp({ plugin })
    const session = await login(app)
    const { db } = app.payload
    const execute = (db as unknown as { execute: unknown }).execute
    const { findOne } = db
    const fail = () => Promise.reject(new Error('no connection'))
    Object.assign(db, { findOne: fail, execute: fail })
    expect((await answerAbout(app, session.token)).status).toBe(503)
    Object.assign(db, { findOne, execute })
    expect(await introspected(app, session.token)).toMatchObject({ active: true })
    await app.close()
  })
})

describe('without the option `services`', () => {
  it('there is no introspection: it is an unknown route', async () => {
    const app = await createApp()
    const { token } = await login(app)
    const answer = await sendForm(app, PATHS.introspect, { body: { token } })
    const unknown = await sendForm(app, '/api/revocation/oauth/unknown', { body: { token } })
    expect([answer.status, unknown.status]).toEqual([404, 404])
    await app.close()
  })
})
