import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { revocations } from '../../../src/index.js'
import type { OverviewAnswer } from '../../../src/wire/health.js'
import { type Callers, createCallers } from '../../support/callers.js'
import type { Login } from '../../support/login.js'

let app: Callers
let administrator: HeadersInit
beforeAll(async () => {
  app = await createCallers()
  administrator = await app.headersOf('administrator')
})
afterAll(() => app.close())

const sid = ({ claims }: Login) => String(claims.sid)

describe('list', () => {
  it('returns the revocations in force in pages, newest first, as the ledger has them', async () => {
    const sessions = [await app.as('member'), await app.as('member'), await app.as('member')]
    for (const session of sessions) {
      await app.call('revoke', administrator, { session: sid(session), note: 'listed' })
    }
    const first = await app.call('list?scope=session&limit=2', administrator)
    expect(first.body).toMatchObject({
      totalDocs: 3,
      totalPages: 2,
      page: 1,
      limit: 2,
      hasNextPage: true,
      hasPrevPage: false,
      docs: [
        {
          scope: 'session',
          subject: `sid:${sessions[2]?.claims.sid}`,
          reason: 'admin',
          actor: 'users:3',
          note: 'listed',
          cutoff: null,
          exceptSession: null,
          revokedAt: expect.stringMatching(/^\d{4}-.*Z$/),
          expiresAt: expect.stringMatching(/^\d{4}-.*Z$/),
        },
        { subject: `sid:${sessions[1]?.claims.sid}` },
      ],
    })
    const second = await app.call('list?scope=session&limit=2&page=2', administrator)
    expect(second.body.docs).toMatchObject([{ subject: `sid:${sessions[0]?.claims.sid}` }])
  })

  it('filters by scope, reason and subject', async () => {
    await app.call('revoke', administrator, {
      user: { collection: 'customers', id: 1 },
      reason: 'user-disabled',
    })
    const expected = [{ scope: 'user', reason: 'user-disabled', subject: 'user:customers:1' }]
    for (const query of ['scope=user', 'reason=user-disabled', 'subject=user:customers:1']) {
      expect((await app.call(`list?${query}`, administrator)).body.docs).toMatchObject(expected)
    }
    expect((await app.call('list?subject=user:customers:2', administrator)).body.docs).toEqual([])
  })

  it('leaves out what has expired', async () => {
    const { id } = await revocations(app.payload).revoke({ session: 'expired' })
    const query = 'list?subject=sid:expired'
    expect((await app.call(query, administrator)).body.totalDocs).toBe(1)
    const expiresAt = new Date(Date.now() - 1).toISOString()
    await app.payload.db.updateOne({ collection: 'revocations', id, data: { expiresAt } })
    expect((await app.call(query, administrator)).body.totalDocs).toBe(0)
  })

  for (const [query, field] of [
    ['scope=all', 'scope'],
    ['reason=because', 'reason'],
    ['subject=users:1', 'subject'],
    ['limit=0', 'limit'],
    ['limit=1001', 'limit'],
    ['limit=-1', 'limit'],
    ['limit=1e3', 'limit'],
    ['page=0', 'page'],
    ['where[id][exists]=true', 'where[id][exists]'],
  ] as const) {
    it(`refuses ${query} and names the field`, async () => {
      const answer = await app.call(`list?${query}`, administrator)
      expect(answer.status).toBe(400)
      expect(answer.body.errors?.[0]?.field).toBe(field)
    })
  }
})

describe('explain', () => {
  it('says why a token is refused, by its text, its jti, its session and its user', async () => {
    const session = await app.as('member')
    const note = 'Seen from two countries'
    await app.call('revoke', administrator, { session: sid(session), note })
    const bySession = [{ scope: 'session', reason: 'admin', actor: 'users:3', note }]
    for (const what of [{ token: session.token }, { session: sid(session) }]) {
      const { body } = await app.call('explain', administrator, what)
      expect(body).toMatchObject({ revoked: true, by: bySession })
    }
    await app.call('revoke', administrator, { jti: session.claims.jti })
    const byJti = await app.call('explain', administrator, { jti: session.claims.jti })
    expect(byJti.body).toMatchObject({ revoked: true, by: [{ scope: 'token' }] })
    await app.call('revoke', administrator, { user: { collection: 'users', id: 1 } })
    const user = { collection: 'users', id: '1' }
    const byUser = await app.call('explain', administrator, { user })
    expect(byUser.body).toMatchObject({ revoked: true, by: [{ scope: 'user' }] })
    const sparing = await app.call('explain', administrator, {
      user: { ...user, exceptSession: sid(session) },
    })
    expect(sparing).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'user.exceptSession' }] },
    })
    const ofEveryone = await app.call('explain', administrator, { everyone: true })
    expect(ofEveryone.body).toEqual({ revoked: false, by: [] })
    const byText = await app.call('explain', administrator, { token: session.token })
    const scopes = (byText.body.by as { scope: string }[]).map(({ scope }) => scope)
    expect(scopes).toEqual(['session', 'token', 'user'])
    expect(JSON.stringify(byText.body)).not.toContain(session.token.split('.')[2])
  })

  it('finds nothing for a living token', async () => {
    const session = await app.as('member')
    for (const what of [
      { token: session.token },
      { jti: session.claims.jti },
      { session: sid(session) },
    ]) {
      const { body } = await app.call('explain', administrator, what)
      expect(body).toEqual({ revoked: false, by: [] })
    }
  })

  it('tells the owner why, but not what administrators wrote', async () => {
    const [gone, session] = [await app.as('other'), await app.as('other')]
    await app.call('revoke', administrator, { session: sid(gone), note: 'Suspicious' })
    const { body } = await app.call('explain', session.jwt, { token: gone.token })
    expect(body).toMatchObject({
      revoked: true,
      by: [{ scope: 'session', reason: 'admin', actor: null, note: null }],
    })
  })

  it('refuses a text that this application did not sign', async () => {
    const { token } = await app.as('member')
    for (const text of ['', 'garbage', `${token.split('.').slice(0, 2).join('.')}.AAAA`]) {
      const answer = await app.call('explain', administrator, { token: text })
      expect(answer.status).toBe(400)
      expect(answer.body.errors?.[0]?.field).toBe('token')
    }
  })

  it('refuses no target, and two targets', async () => {
    for (const body of [{}, { session: 'a', jti: 'b' }]) {
      expect((await app.call('explain', administrator, body)).status).toBe(400)
    }
  })
})

describe('overview', () => {
  it('contains the health and what was recorded in each of the last 24 hours', async () => {
    const { body } = await app.call('overview', administrator)
    expect(body).toMatchObject({ status: 'ok', mode: 'embedded', feed: null })
    const { last24h } = body as unknown as OverviewAnswer
    const thisHour = `${new Date().toISOString().slice(0, 13)}:00:00.000Z`
    expect(last24h).toHaveLength(24)
    expect(last24h.at(-1)?.hour).toBe(thisHour)
    expect(last24h.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThan(0)
  })
})

describe('refused', () => {
  it('shows the latest refused requests, newest first', async () => {
    const session = await app.as('member')
    await app.call('revoke', administrator, { session: sid(session) })
    await app.request('/api/notes', { headers: session.jwt })
    await app.request('/api/posts', { headers: session.jwt })
    await expect
      .poll(async () => (await app.call('refused', administrator)).body.docs?.slice(0, 2))
      .toMatchObject([
        {
          at: expect.stringMatching(/^\d{4}-.*Z$/),
          status: 'revoked',
          scope: 'session',
          path: '/api/posts',
          session: sid(session),
          reason: 'admin',
        },
        { path: '/api/notes' },
      ])
  })
})
