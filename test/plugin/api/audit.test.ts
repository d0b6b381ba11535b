import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { revocations } from '../../../src/index.js'
import { ADMIN, MEMBER } from '../../support/baseConfig.js'
import { type App, createApp } from '../../support/createApp.js'
import { isAccepted } from '../../support/isAccepted.js'
import { type Login, login, loginFrom } from '../../support/login.js'
import { refresh } from '../../support/refreshing.js'
import { withUsers } from '../../support/withUsers.js'

/** The first entry is what the client claims, the second is what our own proxy saw. */
const FROM = { 'X-Forwarded-For': '203.0.113.66, 198.51.100.7' }

/** Everything that ends tokens, with the actor and the reason that must be recorded. */
const TRIGGERS: Readonly<
  Record<string, { reason: string; actor: 'member' | 'admin' | null; run: Trigger }>
> = {
  'a logout': {
    reason: 'logout',
    actor: 'member',
    run: ({ post, session }) => post('/api/users/logout', session),
  },
  'a logout of all sessions': {
    reason: 'logout',
    actor: 'member',
    run: ({ post, session }) => post('/api/users/logout?allSessions=true', session),
  },
  'a refresh': {
    reason: 'rotated',
    actor: 'member',
    run: ({ post, session }) => post('/api/users/refresh-token', session),
  },
  'a rotated token that comes back': {
    reason: 'reuse-detected',
    actor: null,
    async run({ app, post, session }) {
      const token = await refresh(app, session)
      expect(await isAccepted(app, { token: token ?? '' })).toBe(true)
      await post('/api/users/refresh-token', session)
    },
  },
  'a password changed by its owner': {
    reason: 'password-changed',
    actor: 'member',
    run: ({ patch, session }) => patch({ password: 'another-password' }, session),
  },
  'a password set by someone else': {
    reason: 'password-changed',
    actor: 'admin',
    run: ({ patch, admin }) => patch({ password: 'another-password' }, admin),
  },
  'a password reset by mail': {
    reason: 'password-reset',
    actor: 'member',
    async run({ app, post, email }) {
      const token = await app.payload.forgotPassword({
        collection: 'users',
        data: { email },
        disableEmail: true,
      })
      await post('/api/users/reset-password', undefined, { token, password: 'another-password' })
    },
  },
  'a rule of the application': {
    reason: 'user-disabled',
    actor: 'admin',
    run: ({ patch, admin }) => patch({ role: 'disabled' }, admin),
  },
  'a deleted account': {
    reason: 'user-deleted',
    actor: 'admin',
    run: ({ ask, admin, id }) => ask(`/api/users/${id}`, { method: 'DELETE', by: admin }),
  },
  'an administrator, over REST': {
    reason: 'admin',
    actor: 'admin',
    run: ({ post, admin, session }) =>
      post('/api/revocation/revoke', admin, { session: session.claims.sid }),
  },
}

interface Circumstances {
  app: App
  id: number | string
  email: string
  session: Login
  admin: Login
  ask(path: string, init: { method: string; body?: object; by?: Login }): Promise<void>
  post(path: string, by?: Login, body?: object): Promise<void>
  patch(body: object, by: Login): Promise<void>
}
type Trigger = (circumstances: Circumstances) => Promise<void>

let count = 0

async function circumstances(app: App, admin: Login): Promise<Circumstances> {
  count += 1
  const person = { email: `person-${count}@example.com`, password: MEMBER.password }
  const { id } = await app.payload.create({ collection: 'users', data: person })
  const ask: Circumstances['ask'] = async (path, { by, ...init }) => {
    const headers = { ...FROM, ...by?.jwt }
    const { status } = await app.request(path, { ...init, headers })
    if (status !== 200 && status !== 401) throw new Error(`${path}: ${status}`)
  }
  return {
    ...{ app, id, ask, admin },
    email: person.email,
    session: await login(app, person),
    post: (path, by, body) =>
      ask(path, { method: 'POST', ...(by && { by }), ...(body && { body }) }),
    patch: (body, by) => ask(`/api/users/${id}`, { method: 'PATCH', body, by }),
  }
}

async function administrator(app: App): Promise<Login> {
  await app.payload.create({ collection: 'users', data: ADMIN })
  return login(app, ADMIN)
}

async function rowsOf(app: App, before: number) {
  const { docs } = await app.payload.find({ collection: 'revocations', limit: 100 })
  return docs.filter(({ revokedAt }) => Date.parse(revokedAt) >= before)
}

const configure = withUsers((users) => ({
  ...users,
  access: { ...users.access, delete: ({ req }) => Boolean(req.user) },
}))
const plugin = {
  rotation: { grace: 0 },
  revokeWhen: ({ doc }: { doc: { role?: string } }) => doc.role === 'disabled',
}

describe('the audit trail', () => {
  let app: App
  let admin: Login
  beforeAll(async () => {
    app = await createApp({ configure, plugin: { ...plugin, trustProxy: 1 } })
    admin = await administrator(app)
  })
  afterAll(() => app.close())

  for (const [name, { reason, actor, run }] of Object.entries(TRIGGERS))
    it(`contains who, why and from where: ${name}`, async () => {
      const around = await circumstances(app, admin)
      const before = Date.now()
      await run(around)
      const rows = (await rowsOf(app, before)).filter((row) => row.reason === reason)
      const who = { member: `users:${around.id}`, admin: `users:${around.admin.claims.id}` }
      expect(rows.length).toBeGreaterThan(0)
      for (const row of rows) {
        expect(row.actor ?? null).toBe(actor && who[actor])
        expect(row.ip).toBe('198.51.100.7')
      }
    })

  it('contains the address that a call in code gives', async () => {
    const session = await login(app)
    const ip = '2001:db8::1'
    const revocation = await revocations(app.payload).revoke({ token: session.token }, { ip })
    expect(revocation.ip).toBe(ip)
    const [row] = await revocations(app.payload).explain({ token: session.token })
    expect(row?.ip).toBe(ip)
  })
})

it('contains no address without `trustProxy`', async () => {
  const app = await createApp({ configure, plugin })
  const admin = await administrator(app)
  const before = Date.now()
  for (const name of ['a rotated token that comes back', 'a deleted account']) {
    await TRIGGERS[name]?.run(await circumstances(app, admin))
  }
  const rows = await rowsOf(app, before)
  expect(rows.map(({ reason }) => reason).sort()).toEqual([
    'change-begun',
    'reuse-detected',
    'rotated',
    'user-deleted',
  ])
  for (const row of rows) expect(row.ip ?? null).toBeNull()
  await app.close()
})

it('a token that was refreshed a moment ago can be revoked at once', async () => {
  const app = await createApp()
  const session = await login(app)
  const next = loginFrom((await refresh(app, session)) ?? '')
  const body = { token: session.token }
  const explain = async () => {
    const answer = await app.request('/api/revocation/explain', { body, headers: next.jwt })
    return answer.json()
  }
  expect(await explain()).toEqual({ revoked: false, by: [] })
  await revocations(app.payload).revoke({ token: session.token })
  expect(await explain()).toMatchObject({ revoked: true })
  const { status } = await app.request('/api/users/me', { headers: session.jwt })
  expect(status).toBe(401)
  await app.close()
})
