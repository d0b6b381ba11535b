import {
  commitTransaction,
  createLocalReq,
  initTransaction,
  killTransaction,
  type PayloadRequest,
} from 'payload'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  issueToken,
  type LinkSessionOptions,
  linkSession,
  type ProviderLogout,
  revocations,
} from '../../../src/index.js'
import { MEMBER } from '../../support/baseConfig.js'
import { type App, createApp } from '../../support/createApp.js'
import {
  deliver,
  startIdentityProvider,
  type TestProvider,
} from '../../support/identityProvider.js'
import { isAccepted } from '../../support/isAccepted.js'
import { type Login, login, loginFrom } from '../../support/login.js'
import { onEachDatabase } from '../../support/onEachDatabase.js'
import { signToken } from '../../support/signToken.js'

let provider: TestProvider
beforeAll(async () => {
  provider = await startIdentityProvider()
})
afterAll(() => provider.stop())

onEachDatabase('a session that is linked to a login at a provider', (database) => {
  let app: App
  beforeAll(async () => {
    app = await createApp({
      ...database(),
      plugin: { identityProviders: [provider.options()] },
    })
  })
  afterAll(() => app.close())

  const link = (token: string, idpSession: string, req?: PayloadRequest) =>
    linkSession(
      app.payload,
      { token },
      { issuer: provider.issuer, subject: 'ada', idpSession, req },
    )
  const logOut = async (sid: string) => deliver(app, await provider.sign({ sid }))

  it('keeps its link over a refresh, and shows it to nobody', async () => {
    const first = await login(app)
    await link(first.token, 'kept')
    const refreshed = await app.request('/api/users/refresh-token', {
      method: 'POST',
      headers: first.jwt,
    })
    const next = loginFrom(((await refreshed.json()) as { refreshedToken: string }).refreshedToken)
    const shown = await app.request('/api/user-sessions', { headers: next.jwt })
    const text = await shown.text()
    expect(text).toContain(String(first.claims.sid))
    expect(text).not.toMatch(/idp|kept/)
    expect(await logOut('kept')).toMatchObject({ status: 200 })
    expect(await isAccepted(app, next)).toBe(false)
  })

  it('may be linked in the transaction of its login: after the commit, and not after a rollback', async () => {
    const { docs } = await app.payload.find({ collection: 'users', limit: 1 })
    const [user] = docs as [{ id: number }]
    const signIn = async (idpSession: string, end: typeof commitTransaction) => {
      const req = await createLocalReq({}, app.payload)
      await initTransaction(req)
      const isInTransaction = Boolean(await req.transactionID)
      const { token } = await issueToken(app.payload, { collection: 'users', user, req })
      await link(token, idpSession, req)
      await end(req)
      return { ...loginFrom(token), isInTransaction }
    }
    const committed = await signIn('committed', commitTransaction)
    const rolledBack = await signIn('rolled-back', killTransaction)
    for (const each of [committed, rolledBack]) expect(await isAccepted(app, each)).toBe(true)
    await logOut('committed')
    await logOut('rolled-back')
    expect(await isAccepted(app, committed)).toBe(false)
    expect(await isAccepted(app, rolledBack)).toBe(rolledBack.isInTransaction)
  })

  it('gets a record from a token that another plugin signed, and ends like any other', async () => {
    const { claims } = await login(app)
    const { collection, email, id } = claims
    const exp = Math.floor(Date.now() / 1_000) + 3_600
    const foreign = { token: signToken({ collection, email, id, exp, iat: exp - 3_600 }) }
    expect(await isAccepted(app, foreign)).toBe(true)
    await link(foreign.token, 'foreign')
    const user = { collection: 'users', id: id as number }
    const sessions = await revocations(app.payload).sessions(user)
    expect(sessions.filter((each) => each.id.startsWith('claims:'))).toHaveLength(1)
    await logOut('foreign')
    expect(await isAccepted(app, foreign)).toBe(false)
  })

  it('ends once, however often the same logout token comes at once', async () => {
    const session = await login(app)
    await link(session.token, 'at-once')
    const token = await provider.sign({ sid: 'at-once' })
    const answers = await Promise.all([1, 2, 3, 4].map(() => deliver(app, token)))
    expect(answers.map(({ status }) => status)).toContain(200)
    for (const { status } of answers) expect([200, 400]).toContain(status)
    expect(await deliver(app, token)).toMatchObject({ status: 400 })
    expect(await isAccepted(app, session)).toBe(false)
  })
})

describe('linkSession', () => {
  let app: App
  let session: Login
  beforeAll(async () => {
    app = await createApp({ plugin: { identityProviders: [provider.options()] } })
    session = await login(app)
  })
  afterAll(() => app.close())

  it('refuses what cannot be linked', async () => {
    const { issuer } = provider
    const sid = String(session.claims.sid)
    const wrong: [string, Parameters<typeof linkSession>[1], LinkSessionOptions][] = [
      ['invalid-input', sid, { issuer: `${issuer}/`, subject: 'ada' }],
      ['invalid-input', sid, { issuer, subject: '' }],
      ['invalid-input', sid, { issuer, subject: 7 as unknown as string }],
      ['invalid-input', sid, { issuer, subject: 'a\0b' }],
      ['invalid-input', sid, { issuer, subject: 'ada', idpSession: 'x'.repeat(513) }],
      ['session-not-found', 'unknown', { issuer, subject: 'ada' }],
      ['token-not-ours', { token: await provider.sign({}) }, { issuer, subject: 'ada' }],
    ]
    for (const [code, which, options] of wrong)
      await expect(linkSession(app.payload, which, options)).rejects.toMatchObject({ code })
  })

  it('needs session records', async () => {
    const other = await createApp({
      plugin: { sessions: false, identityProviders: [provider.options({ resolve: () => [] })] },
    })
    const options = { issuer: provider.issuer, subject: 'ada' }
    await expect(linkSession(other.payload, 'any', options)).rejects.toMatchObject({
      code: 'sessions-not-kept',
    })
    await other.close()
  })
})

describe('resolve', () => {
  it('finds what ends in place of the links; if it fails, the token may come again', async () => {
    const asked: Omit<ProviderLogout, 'payload'>[] = []
    let isBroken = true
    const app = await createApp({
      plugin: {
        sessions: false,
        identityProviders: [
          provider.options({
            resolve: async ({ payload, ...names }) => {
              asked.push(names)
              if (isBroken) throw new Error('the directory is down')
              const where = { email: { equals: MEMBER.email } }
              const { docs } = await payload.find({ collection: 'users', where })
              return docs.map(({ id }) => ({ user: { collection: 'users', id } }))
            },
          }),
        ],
      },
    })
    const session = await login(app)
    const token = await provider.sign({ sub: 'ada', sid: 'at-acme' })
    expect(await deliver(app, token)).toMatchObject({ status: 503 })
    expect(await isAccepted(app, session)).toBe(true)
    isBroken = false
    expect(await deliver(app, token)).toMatchObject({ status: 200 })
    expect(await isAccepted(app, session)).toBe(false)
    const names = { issuer: provider.issuer, subject: 'ada', idpSession: 'at-acme' }
    expect(asked).toEqual([names, names])
    await app.close()
  })
})

describe('the marks of a logout', () => {
  it('expire and are purged, and the panel does not list them', async () => {
    const app = await createApp({
      plugin: { identityProviders: [provider.options()], retention: 0 },
    })
    await deliver(app, await provider.sign({ sub: 'nobody', sid: 'nothing' }))
    const { docs } = await app.payload.find({ collection: 'revocations' })
    const ttl = (kind: string) => {
      const found = docs.find(({ subject }) => subject.startsWith(`jti:${kind}:`))
      return (Date.parse(found?.expiresAt ?? '') - Date.parse(found?.revokedAt ?? '')) / 1_000
    }
    expect(ttl('logout-token')).toBeGreaterThan(300)
    expect(ttl('logout-token')).toBeLessThan(340)
    expect(ttl('idp-session')).toBe(65)
    for (const { partOf } of docs) expect(partOf).toMatch(/^jti:logout-token:/)
    vi.useFakeTimers({ toFake: ['Date'] })
    vi.setSystemTime(Date.now() + 400_000)
    expect(await revocations(app.payload).purge()).toMatchObject({ revocations: 2 })
    vi.useRealTimers()
    await app.close()
  })
})
