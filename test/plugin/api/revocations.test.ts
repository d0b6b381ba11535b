import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { revocations, type Target } from '../../../src/index.js'
import { MEMBER } from '../../support/baseConfig.js'
import { type App, createApp } from '../../support/createApp.js'
import { isAccepted } from '../../support/isAccepted.js'
import { login } from '../../support/login.js'

describe('revoking from code', () => {
  let app: App
  beforeAll(async () => {
    app = await createApp()
  })
  afterAll(() => app.close())

  const refresh = async ({ jwt }: Awaited<ReturnType<typeof login>>) => {
    const response = await app.request('/api/users/refresh-token', { method: 'POST', headers: jwt })
    return { token: ((await response.json()) as { refreshedToken: string }).refreshedToken }
  }
  const user = { collection: 'users', id: 1 }

  it('ends one token, by its text or its jti, but not its session', async () => {
    for (const nameOf of [
      ({ token }: { token: string }) => ({ token }),
      ({ claims }: { claims: Record<string, unknown> }) => ({ jti: String(claims.jti) }),
    ]) {
      const session = await login(app)
      const refreshed = await refresh(session)
      await revocations(app.payload).revoke(nameOf(session))
      expect(await isAccepted(app, session)).toBe(false)
      expect(await isAccepted(app, refreshed)).toBe(true)
    }
  })

  it('ends a session with every token refreshed from it', async () => {
    const [session, other] = [await login(app), await login(app)]
    const refreshed = await refresh(session)
    await revocations(app.payload).revoke({ session: String(session.claims.sid) })
    expect(await isAccepted(app, session)).toBe(false)
    expect(await isAccepted(app, refreshed)).toBe(false)
    expect(await isAccepted(app, other)).toBe(true)
  })

  it('takes back the revocation of a session or a token, with a record, but not of a user', async () => {
    const { lift, list, revoke, sessions } = revocations(app.payload)
    const session = await login(app)
    const { jti, sid } = session.claims
    await revoke({ session: String(sid) })
    await revoke({ jti: String(jti) })
    expect(await lift({ session: String(sid) }, { note: 'a mistake' })).toMatchObject([
      { scope: 'session', reason: 'lifted', note: 'a mistake' },
    ])
    expect(await isAccepted(app, session)).toBe(false)
    await lift({ token: session.token })
    expect(await isAccepted(app, session)).toBe(true)
    expect((await sessions(user)).map(({ id }) => id)).toContain(sid)
    expect((await list({ subject: `sid:${sid}` })).docs).toEqual([])
    await expect(lift({ session: String(sid) })).rejects.toMatchObject({ code: 'nothing-to-lift' })
    await revoke({ user })
    await expect(lift({ user })).rejects.toMatchObject({ code: 'not-liftable' })
  })

  it('shows in a dry run what a lift would take back, and can revoke again after a lift', async () => {
    const { lift, revoke } = revocations(app.payload)
    const session = await login(app)
    const sid = String(session.claims.sid)
    await revoke({ session: sid })
    expect(await lift({ session: sid }, { dryRun: true })).toHaveLength(1)
    expect(await isAccepted(app, session)).toBe(false)
    await lift({ session: sid })
    expect(await isAccepted(app, session)).toBe(true)
    await revoke({ session: sid })
    expect(await isAccepted(app, session)).toBe(false)
  })

  it('ends every session of a user, or every other', async () => {
    const [one, two] = [await login(app), await login(app)]
    await revocations(app.payload).revoke({
      user: { ...user, exceptSession: String(one.claims.sid) },
    })
    expect(await isAccepted(app, one)).toBe(true)
    expect(await isAccepted(app, two)).toBe(false)
    await revocations(app.payload).revoke({ user })
    expect(await isAccepted(app, one)).toBe(false)
    expect(await isAccepted(app, await login(app))).toBe(true)
  })

  it('ends every session of everyone, even those begun just before and just after other cut-offs', async () => {
    const customer = { email: 'customer@example.com', password: 'customer-password' }
    await app.payload.create({ collection: 'customers', data: customer })
    for (let round = 0; round < 3; round += 1) {
      await revocations(app.payload).revoke({ user })
      const sessions = [await login(app), await login(app, customer, 'customers')]
      await revocations(app.payload).revoke({ everyone: true }, { note: `round ${round}` })
      for (const session of sessions) {
        const response = await app.request('/api/whoami', { headers: session.jwt })
        expect(response.status).toBe(401)
      }
      expect(await isAccepted(app, await login(app))).toBe(true)
    }
  })

  it('records reason, note and actor, and explains a token without naming it', async () => {
    const session = await login(app)
    await revocations(app.payload).revoke(
      { session: String(session.claims.sid) },
      {
        reason: 'reuse-detected',
        note: 'Seen from two countries',
        actor: user,
      },
    )
    const explained = await revocations(app.payload).explain({ token: session.token })
    expect(explained).toMatchObject([
      {
        scope: 'session',
        reason: 'reuse-detected',
        note: 'Seen from two countries',
        actor: 'users:1',
      },
    ])
    expect(JSON.stringify(explained)).not.toContain(session.token.split('.')[2])
    expect(await revocations(app.payload).explain({ token: (await login(app)).token })).toEqual([])
  })

  it('explains what is in force for a user', async () => {
    const { id } = await revocations(app.payload).revoke({ user })
    const found = await revocations(app.payload).explain({ user })
    expect(found.map((each) => each.id)).toContain(id)
  })

  it('accepts a whole document as its user', async () => {
    const session = await login(app)
    const doc = await app.payload.findByID({ collection: 'users', id: 1 })
    await revocations(app.payload).revoke({ user: { ...doc, collection: 'users' } })
    expect(await isAccepted(app, session)).toBe(false)
  })

  const NO_TARGETS: [string, object][] = [
    ['nothing', {}],
    ['two at once', { jti: 'a', session: 'b' }],
    ['an unknown name', { sid: 'a' }],
    ['an empty session', { session: '' }],
    ['a session that is too long', { session: 'a'.repeat(257) }],
    ['everyone: false', { everyone: false }],
    ['a user without id', { user: { collection: 'users' } }],
    ['a collection without users', { user: { collection: 'posts', id: 1 } }],
  ]
  for (const [name, target] of NO_TARGETS) {
    it(`does nothing for an invalid target: ${name}`, async () => {
      const calls = revocations(app.payload)
      for (const call of [calls.revoke, calls.explain, calls.lift]) {
        await expect(call(target as Target)).rejects.toMatchObject({ code: 'invalid-input' })
      }
    })
  }

  it('is harmless when repeated', async () => {
    const session = await login(app)
    const again = () => revocations(app.payload).revoke({ token: session.token })
    await Promise.all([again(), again()])
    expect(await isAccepted(app, session)).toBe(false)
  })

  it('does nothing for a text that Payload did not sign', async () => {
    const { token } = await login(app)
    const [header, claims] = token.split('.')
    for (const text of ['', 'garbage', `${header}.${claims}.AAAA`]) {
      await expect(revocations(app.payload).revoke({ token: text })).rejects.toMatchObject({
        code: 'token-not-ours',
      })
    }
    expect(await isAccepted(app, { token })).toBe(true)
  })

  it('needs the plugin', async () => {
    const bare = await createApp({ plugin: false })
    expect(() => revocations(bare.payload)).toThrow(
      expect.objectContaining({ code: 'not-started' }),
    )
    await bare.close()
  })

  it('works before any token was used, and if onInit did not run', async () => {
    const { token } = await app.payload.login({ collection: 'users', data: MEMBER })
    const fresh = await createApp({ database: app.database, isDisablingOnInit: true })
    await revocations(fresh.payload).revoke({ user })
    expect(await isAccepted(fresh, { token: token ?? '' })).toBe(false)
    await fresh.close()
  })
})
