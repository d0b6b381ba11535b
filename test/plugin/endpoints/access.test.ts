import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { revocations } from '../../../src/index.js'
import { ADMIN } from '../../support/baseConfig.js'
import { type Callers, createCallers, ROLES, type Role } from '../../support/callers.js'
import { createApp } from '../../support/createApp.js'
import { isAccepted } from '../../support/isAccepted.js'
import { type Login, login } from '../../support/login.js'
import { withUsers } from '../../support/withUsers.js'

let app: Callers
/** A session of the member (id 1). The calls are about it. */
let target: Login
beforeAll(async () => {
  app = await createCallers()
  target = await app.as('member')
  await revocations(app.payload).revoke({ session: 'revoked-before' })
})
afterAll(() => app.close())

interface Case {
  path: string
  body?: (target: Login) => unknown
  /** Every other role gets 403, anonymous callers get 401. */
  allowed: readonly Role[]
}

const named = (name: string, value: (target: Login) => unknown) => (session: Login) => ({
  [name]: value(session),
  dryRun: true,
})
const sid = ({ claims }: Login) => String(claims.sid)
const jti = ({ claims }: Login) => String(claims.jti)

const cases: Record<string, Case> = {
  'revoke a token by its text': {
    path: 'revoke',
    body: named('token', ({ token }) => token),
    allowed: ['member', 'administrator'],
  },
  'revoke a token by its jti': {
    path: 'revoke',
    body: named('jti', jti),
    allowed: ['administrator'],
  },
  'revoke a session': {
    path: 'revoke',
    body: named('session', sid),
    allowed: ['member', 'administrator'],
  },
  'revoke a user': {
    path: 'revoke',
    body: named('user', () => ({ collection: 'users', id: 1 })),
    allowed: ['member', 'administrator'],
  },
  'revoke a user by an id that is a text': {
    path: 'revoke',
    body: named('user', () => ({ collection: 'users', id: '1' })),
    allowed: ['member', 'administrator'],
  },
  'revoke a user but for a session that is named': {
    path: 'revoke',
    body: named('user', (session) => ({
      collection: 'users',
      id: 1,
      exceptSession: sid(session),
    })),
    allowed: ['administrator'],
  },
  'revoke the user of that id in another collection': {
    path: 'revoke',
    body: named('user', () => ({ collection: 'customers', id: 1 })),
    allowed: ['customer', 'administrator'],
  },
  'revoke everyone': {
    path: 'revoke',
    body: named('everyone', () => true),
    allowed: ['administrator'],
  },
  'explain a token by its text': {
    path: 'explain',
    body: ({ token }) => ({ token }),
    allowed: ['member', 'administrator'],
  },
  'explain a token by its jti': {
    path: 'explain',
    body: (session) => ({ jti: jti(session) }),
    allowed: ['administrator'],
  },
  'explain a session': {
    path: 'explain',
    body: (session) => ({ session: sid(session) }),
    allowed: ['administrator'],
  },
  'explain a user': {
    path: 'explain',
    body: () => ({ user: { collection: 'users', id: 1 } }),
    allowed: ['administrator'],
  },
  'own sessions': { path: 'sessions', allowed: ['member', 'other', 'customer', 'administrator'] },
  'sessions of a user': { path: 'sessions?user=users:1', allowed: ['member', 'administrator'] },
  'name a session': {
    path: 'sessions/rename',
    body: (session) => ({ session: sid(session), name: 'Phone' }),
    allowed: ['member'],
  },
  'lift a session': {
    path: 'lift',
    body: () => ({ session: 'revoked-before', dryRun: true }),
    allowed: ['administrator'],
  },
  list: { path: 'list', allowed: ['administrator'] },
  overview: { path: 'overview', allowed: ['administrator'] },
  refused: { path: 'refused', allowed: ['administrator'] },
  people: {
    path: 'people',
    body: () => ({ subjects: ['user:users:1'] }),
    allowed: ['administrator'],
  },
  health: { path: 'health', allowed: ['administrator'] },
}

describe.each(Object.entries(cases))('%s', (_, { allowed, body, path }) => {
  for (const role of ROLES) {
    const expected = role === 'anonymous' ? 401 : allowed.includes(role) ? 200 : 403
    it(`answers ${expected} to ${role}`, async () => {
      const answer = await app.call(path, await app.headersOf(role), body?.(target))
      expect(answer.body).toMatchObject(expected === 200 ? {} : { errors: [{}] })
      expect(answer.status).toBe(expected)
      expect(answer.response.headers.get('Cache-Control')).toBe('no-store')
      expect(await isAccepted(app, target)).toBe(true)
    })
  }
})

describe('a refusal', () => {
  it('does not reveal whether the target exists', async () => {
    const { jwt } = await app.as('other')
    const answers = await Promise.all(
      [
        { session: sid(target) },
        { session: 'no-such-session' },
        { jti: jti(target) },
        { jti: 'no-such-jti' },
        { user: { collection: 'users', id: 1 } },
        { user: { collection: 'users', id: 4_711 } },
        { user: { collection: 'no-such-collection', id: 1 } },
        { everyone: true },
      ].map((body) => app.call('revoke', jwt, body)),
    )
    expect(new Set(answers.map(({ body, status }) => JSON.stringify([status, body]))).size).toBe(1)
    expect(answers[0]?.status).toBe(403)
  })

  it('of a rename does not reveal whether the session exists', async () => {
    const { jwt } = await app.as('other')
    const answers = await Promise.all(
      [sid(target), 'no-such-session'].map((session) =>
        app.call('sessions/rename', jwt, { session, name: 'Mine' }),
      ),
    )
    expect(answers[0]?.status).toBe(403)
    expect(answers[0]?.body).toEqual(answers[1]?.body)
  })

  it('of an anonymous call says how to log in, and contains no error code (RFC 6750 §3)', async () => {
    const { response } = await app.call('list', {})
    expect(response.headers.get('WWW-Authenticate')).toBe('Bearer')
  })

  it('is the same for a revoked token on every endpoint', async () => {
    const session = await app.as('administrator')
    await app.call('revoke', session.jwt, { session: sid(session) })
    for (const { body, path } of Object.values(cases)) {
      const answer = await app.call(path, session.jwt, body?.(target))
      expect(answer.status).toBe(401)
      expect(answer.response.headers.get('WWW-Authenticate')).toContain('invalid_token')
    }
  })

  it('writes nothing to the ledger', async () => {
    const rows = await app.rows()
    const { jwt } = await app.as('other')
    for (const body of [{ everyone: true }, { session: sid(target) }, { token: target.token }]) {
      await app.call('revoke', jwt, body)
      await app.call('revoke', {}, body)
    }
    expect(await app.rows()).toBe(rows)
    expect(await isAccepted(app, target)).toBe(true)
  })
})

describe('without `access.administrator`', () => {
  const cases = [
    ['everybody administrates who may enter the admin panel', undefined, 200],
    ['nobody administrates whom `access.admin` keeps out of the panel', 'admin', 403],
  ] as const

  for (const [name, role, expected] of cases)
    it(name, async () => {
      const panel = await createApp({
        configure: withUsers((users) => ({
          ...users,
          access: { ...users.access, ...(role && { admin: ({ req }) => req.user?.role === role }) },
        })),
      })
      await panel.payload.create({ collection: 'users', data: { ...ADMIN, role: 'admin' } })
      const [member, admin] = [await login(panel), await login(panel, ADMIN)]
      for (const [path, body] of [
        ['/api/revocation/revoke', { everyone: true, dryRun: true }],
        ['/api/revocation/list', undefined],
        ['/api/revocations', undefined],
      ] as const) {
        const ask = async ({ jwt }: Login) =>
          (await panel.request(path, { body, headers: jwt })).status
        expect([await ask(member), await ask(admin)]).toEqual([expected, 200])
      }
      await panel.close()
    })
})
