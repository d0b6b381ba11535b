import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { linkSession, onTokenRevoked, revocations } from '../../../src/index.js'
import { runtimeOf } from '../../../src/plugin/runtime/runtimeOf.js'
import { breakReads } from '../../support/breakReads.js'
import { breakWrites } from '../../support/breakWrites.js'
import { type App, createApp } from '../../support/createApp.js'
import {
  deliver,
  startIdentityProvider,
  type TestProvider,
} from '../../support/identityProvider.js'
import { isAccepted } from '../../support/isAccepted.js'
import { type Login, login } from '../../support/login.js'
import { onEachDatabase } from '../../support/onEachDatabase.js'

onEachDatabase('a logout by an identity provider', (database, { isSql }) => {
  let place: ReturnType<typeof database>
  let provider: TestProvider
  let app: App
  const told: { scope: string; session?: string | undefined }[] = []

  beforeAll(async () => {
    provider = await startIdentityProvider()
    place = database()
    app = await createApp({
      ...place,
      plugin: {
        identityProviders: [
          provider.options(),
          provider.options({ name: 'keycloak', clientId: 'other-app', onSid: 'user' }),
        ],
        hooks: { onRevoke: ({ scope, session }) => void told.push({ scope, session }) },
      },
    })
  })
  afterAll(async () => {
    await app.close()
    await provider.stop()
  })
  beforeEach(() => {
    told.length = 0
  })

  const link = (session: Login, subject: string, idpSession?: string) =>
    linkSession(app.payload, String(session.claims.sid), {
      ...{ issuer: provider.issuer, subject, idpSession },
    })
  const accepted = (...sessions: Login[]) =>
    Promise.all(sessions.map((each) => isAccepted(app, each)))

  it('ends the session that the `sid` names and no other, as a logout does', async () => {
    const [first, other] = [await login(app), await login(app)]
    await link(first, 'ada', 'at-acme-1')
    await link(other, 'ada', 'at-acme-2')
    const ends: unknown[] = []
    onTokenRevoked(app.payload, first.bearer, ({ reason }) => ends.push(reason))
    const answer = await deliver(app, await provider.sign({ sub: 'ada', sid: 'at-acme-1' }))
    expect(answer).toMatchObject({ status: 200, text: '' })
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
    expect(await accepted(first, other)).toEqual([false, true])
    expect(ends).toEqual(['logout'])
    expect(told).toEqual([{ scope: 'session', session: first.claims.sid }])
    const found = await revocations(app.payload).explain({ token: first.token })
    expect(found).toMatchObject([{ reason: 'logout', actor: 'identity-provider/acme' }])
    const { docs } = await app.payload.find({
      collection: 'revocations',
      where: { partOf: { exists: false } },
      sort: '-revokedAt',
    })
    expect(docs[0]).toMatchObject({ subject: `sid:${first.claims.sid}` })
  })

  it('ends every session of the user when only the `sub` is named', async () => {
    const [first, byPassword] = [await login(app), await login(app)]
    await link(first, 'grace')
    expect(await deliver(app, await provider.sign({ sub: 'grace' }))).toMatchObject({ status: 200 })
    expect(await accepted(first, byPassword)).toEqual([false, false])
    expect(await accepted(await login(app))).toEqual([true])
  })

  it("ends every session of the user whom the `sid` belongs to, with onSid: 'user'", async () => {
    const [first, other] = [await login(app), await login(app)]
    await link(first, 'eve', 'at-keycloak-1')
    await link(other, 'eve', 'at-keycloak-2')
    const token = await provider.sign({ aud: ['other-app'], sid: 'at-keycloak-1' })
    expect(await deliver(app, token, { name: 'keycloak' })).toMatchObject({ status: 200 })
    expect(await accepted(first, other)).toEqual([false, false])
  })

  it('is used once: a replay is refused, also at another process, and ends nothing', async () => {
    const before = await login(app)
    await link(before, 'replayed')
    const token = await provider.sign({ sub: 'replayed' })
    expect(await deliver(app, token)).toMatchObject({ status: 200 })
    const after = await login(app)
    await link(after, 'replayed')
    const other = await createApp({
      ...{ ...place, database: app.database },
      plugin: { identityProviders: [provider.options()] },
    })
    for (const each of [app, other]) {
      const answer = await deliver(each, token)
      expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
    }
    await other.close()
    expect(await accepted(before, after)).toEqual([false, true])
  })

  it('that cannot be recorded answers 503 and is not used up: the retry succeeds', async () => {
    const session = await login(app)
    await link(session, 'retried', 'at-acme-retried')
    const token = await provider.sign({ sub: 'retried', sid: 'at-acme-retried' })
    for (const breakIt of isSql ? [breakWrites, breakReads] : [breakWrites]) {
      const mend = breakIt(app.payload)
      const answer = await deliver(app, token)
      expect(answer).toMatchObject({ status: 503, body: { error: 'temporarily_unavailable' } })
      expect(answer.headers.get('Retry-After')).toBe('1')
      mend()
    }
    expect(await accepted(session)).toEqual([true])
    expect(await deliver(app, token)).toMatchObject({ status: 200 })
    expect(await accepted(session)).toEqual([false])
  })

  it('that fails half-way is not used up, whichever of its records was written', async () => {
    const { ledger } = runtimeOf(app.payload)
    const { append } = ledger
    // The last record alone must not have been written when the attempt fails.
    const FAILURES = [
      { of: 'jti:idp-session:', isWritten: true },
      { of: 'sid:', isWritten: true },
      { of: 'jti:logout-token:', isWritten: false },
    ]
    for (const { of, isWritten } of FAILURES) {
      const session = await login(app)
      await link(session, 'half', `at-acme-${of}`)
      const token = await provider.sign({ sid: `at-acme-${of}` })
      ledger.append = async (revocations, within) => {
        const isIt = revocations.some(({ subject }) => subject.startsWith(of))
        if (!isIt || isWritten) await append(revocations, within)
        if (isIt) throw new Error('the connection was lost')
      }
      expect(await deliver(app, token)).toMatchObject({ status: 503 })
      ledger.append = append
      expect(await deliver(app, token)).toMatchObject({ status: 200 })
      expect(await deliver(app, token)).toMatchObject({ status: 400 })
      expect(await accepted(session)).toEqual([false])
    }
  })

  it('ends a session that is linked just after it, because that login was under way', async () => {
    expect(
      await deliver(app, await provider.sign({ sub: 'late', sid: 'at-acme-late' })),
    ).toMatchObject({ status: 200 })
    const session = await login(app)
    await link(session, 'late', 'at-acme-late')
    expect(await accepted(session)).toEqual([false])
    const next = await login(app)
    await link(next, 'late', 'at-acme-next')
    expect(await accepted(next)).toEqual([true])
  })

  it('records nothing again for a session that has ended, and tells nobody twice', async () => {
    const session = await login(app)
    await link(session, 'gone', 'at-acme-gone')
    await app.request('/api/users/logout', { method: 'POST', headers: session.jwt })
    told.length = 0
    const token = await provider.sign({ sub: 'gone', sid: 'at-acme-gone' })
    expect(await deliver(app, token)).toMatchObject({ status: 200 })
    expect(told).toEqual([])
    expect(
      await revocations(app.payload).explain({ session: String(session.claims.sid) }),
    ).toHaveLength(1)
  })
})
