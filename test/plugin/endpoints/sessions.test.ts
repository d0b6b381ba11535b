import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Callers, createCallers } from '../../support/callers.js'
import type { Login } from '../../support/login.js'

let app: Callers
beforeAll(async () => {
  app = await createCallers()
})
afterAll(() => app.close())

const sid = ({ claims }: Login) => String(claims.sid)
const idsOf = (docs: Record<string, unknown>[] | undefined) => docs?.map(({ id }) => id)

describe('the sessions', () => {
  it('are the caller’s own active ones, latest first, with the current one marked', async () => {
    const [one, two, other] = [
      await app.as('member'),
      await app.as('member'),
      await app.as('other'),
    ]
    const { body } = await app.call('sessions', one.jwt)
    expect(body.current).toBe(sid(one))
    expect(idsOf(body.docs)).toEqual([sid(two), sid(one)])
    expect(body.docs).toMatchObject([
      { userCollection: 'users', userId: '1', isCurrent: false, endedAt: null },
      { isCurrent: true },
    ])
    expect(idsOf(body.docs)).not.toContain(sid(other))
  })

  it('include ended ones on request, with the reason', async () => {
    const [one, two] = [await app.as('other'), await app.as('other')]
    await app.call('revoke', one.jwt, { session: sid(two) })
    expect(idsOf((await app.call('sessions', one.jwt)).body.docs)).not.toContain(sid(two))
    const { body } = await app.call('sessions?all=true', one.jwt)
    expect(body.docs?.find(({ id }) => id === sid(two))).toMatchObject({
      endReason: 'logout',
      endedAt: expect.stringMatching(/Z$/),
    })
  })

  it('of another user are for administrators', async () => {
    const customer = await app.as('customer')
    const administrator = await app.as('administrator')
    const { body } = await app.call('sessions?user=customers:1', administrator.jwt)
    expect(idsOf(body.docs)).toEqual([sid(customer)])
    expect(body.current).toBe(sid(administrator))
    const none = await app.call('sessions?user=customers:4711', administrator.jwt)
    expect(none.body.docs).toEqual([])
  })

  it('of an earlier user with the same id are neither shown, named nor ended', async () => {
    const session = await app.as('member')
    const before = new Date(Date.now() - 3_600_000).toISOString()
    const data = {
      ...{ id: 'of-the-former-user', userCollection: 'users', userId: '1' },
      ...{ createdAt: before, lastRefreshedAt: before },
      expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    }
    await app.payload.db.create({ collection: 'user-sessions', data })
    const { body } = await app.call('sessions?all=true', session.jwt)
    expect(idsOf(body.docs)).not.toContain(data.id)
    const named = { session: data.id, name: 'Mine' }
    expect((await app.call('sessions/rename', session.jwt, named)).status).toBe(403)
    expect((await app.call('revoke', session.jwt, { session: data.id })).status).toBe(403)
  })

  it('contain no token', async () => {
    const session = await app.as('member')
    const { body } = await app.call('sessions?all=true', session.jwt)
    for (const part of session.token.split('.')) expect(JSON.stringify(body)).not.toContain(part)
    expect(JSON.stringify(body)).not.toContain(String(session.claims.jti))
  })

  for (const [query, field] of [
    ['user=users', 'user'],
    ['user=:1', 'user'],
    ['all=yes', 'all'],
    ['depth=2', 'depth'],
  ] as const) {
    it(`are refused with ${query}`, async () => {
      const answer = await app.call(`sessions?${query}`, await app.headersOf('administrator'))
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ field }] } })
    })
  }

  it('are missing when no records are kept, and the answer says so', async () => {
    const bare = await createCallers({ plugin: { sessions: false } })
    const { jwt } = await bare.as('member')
    const list = await bare.call('sessions', jwt)
    expect(list).toMatchObject({ status: 404, body: { errors: [{ name: 'sessions-not-kept' }] } })
    const rename = await bare.call('sessions/rename', jwt, { session: 'a', name: 'b' })
    expect(rename.status).toBe(404)
    await bare.close()
  })
})

describe('a session', () => {
  it('gets a name from its user, and loses it', async () => {
    const session = await app.as('member')
    const rename = (name: string) =>
      app.call('sessions/rename', session.jwt, { session: sid(session), name })
    expect((await rename('Phone')).body).toMatchObject({
      doc: { id: sid(session), name: 'Phone', isCurrent: true },
    })
    const { body } = await app.call('sessions', session.jwt)
    expect(body.docs?.[0]).toMatchObject({ name: 'Phone' })
    expect((await rename('')).body).toMatchObject({ doc: { name: null } })
  })

  for (const [what, body, field] of [
    ['no name', { session: 'a' }, 'name'],
    ['no session', { name: 'a' }, 'session'],
    ['a name that is too long', { session: 'a', name: 'n'.repeat(101) }, 'name'],
    ['a name that is an object', { session: 'a', name: { $ne: 1 } }, 'name'],
    ['another field', { session: 'a', name: 'a', userId: '2' }, 'userId'],
  ] as const) {
    it(`is not renamed with ${what}`, async () => {
      const answer = await app.call('sessions/rename', await app.headersOf('member'), body)
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ field }] } })
    })
  }
})
