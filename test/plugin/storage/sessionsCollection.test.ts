import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Callers, createCallers } from '../../support/callers.js'
import type { Login } from '../../support/login.js'

describe('the collection of sessions', () => {
  let app: Callers
  let admin: Login
  let member: Login
  let other: Login
  let customer: Login
  beforeAll(async () => {
    app = await createCallers({ isDefault: true })
    member = await app.as('member')
    other = await app.as('other')
    customer = await app.as('customer')
    admin = await app.as('administrator')
  })
  afterAll(() => app.close())

  const seen = async (headers: HeadersInit, query = '') => {
    const response = await app.request(`/api/user-sessions?${query}`, { headers })
    const { docs = [] } = (await response.json()) as { docs?: { id: string }[] }
    return docs.map(({ id }) => id).sort()
  }
  const sids = (...sessions: Login[]) => sessions.map(({ claims }) => String(claims.sid)).sort()
  const total = async () =>
    (await app.payload.count({ collection: 'user-sessions' as 'users' })).totalDocs

  it('shows an administrator everyone’s sessions, and a user their own', async () => {
    expect(await seen(admin.jwt)).toEqual(sids(member, other, customer, admin))
    expect(await seen(member.jwt)).toEqual(sids(member))
    expect(await seen(other.jwt)).toEqual(sids(other))
  })

  it('separates users of two collections with the same id', async () => {
    expect(customer.claims.id).toBe(member.claims.id)
    expect(await seen(customer.jwt)).toEqual(sids(customer))
  })

  it('shows nothing to a visitor who is not logged in', async () => {
    expect((await app.request('/api/user-sessions')).status).toBe(403)
  })

  it('shows nobody another user’s sessions, not by id, by query or over GraphQL', async () => {
    const [id] = sids(other)
    const byId = await app.request(`/api/user-sessions/${id}`, { headers: member.jwt })
    expect(byId.status).toBe(404)
    expect(await seen(member.jwt, `where[id][equals]=${id}`)).toEqual([])
    const query = 'where[or][0][userId][equals]=2&where[or][1][userId][exists]=true'
    expect(await seen(member.jwt, query)).toEqual(sids(member))
    const answer = await app.graphQL('{ UserSessions { docs { id } } }', member.jwt)
    expect(await answer.json()).toEqual({
      data: { UserSessions: { docs: [{ id: member.claims.sid }] } },
    })
  })

  it('shows a user nothing from before their own account, because an id can be reused', async () => {
    const before = new Date(Date.now() - 3_600_000).toISOString()
    const data = {
      ...{ id: 'of-the-former-user', userCollection: 'users', userId: String(member.claims.id) },
      ...{ createdAt: before, lastRefreshedAt: before, ip: '203.0.113.7' },
      expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    }
    await app.payload.db.create({ collection: 'user-sessions', data })
    expect(await seen(member.jwt)).toEqual(sids(member))
    expect(await seen(admin.jwt)).toContain(data.id)
    await app.payload.db.deleteMany({
      collection: 'user-sessions',
      where: { id: { equals: data.id } },
    })
  })

  it('cannot be written, not even by administrators', async () => {
    const count = await total()
    const [id] = sids(member)
    const body = { id: 'forged', userCollection: 'users', userId: '1', endedAt: null }
    for (const { jwt } of [member, admin]) {
      for (const [method, path] of [
        ['POST', '/api/user-sessions'],
        ['PATCH', `/api/user-sessions/${id}`],
        ['PATCH', '/api/user-sessions?where[userId][equals]=1'],
        ['DELETE', `/api/user-sessions/${id}`],
        ['DELETE', '/api/user-sessions?where[userId][equals]=1'],
        ['POST', `/api/user-sessions/${id}/duplicate`],
      ] as const) {
        const init = { method, headers: jwt, ...(method !== 'DELETE' && { body }) }
        expect([403, 404, 501]).toContain((await app.request(path, init)).status)
      }
      const mutation = `mutation { deleteUserSession(id: "${id}") { id } }`
      expect(await (await app.graphQL(mutation, jwt)).json()).toHaveProperty('errors')
    }
    const remove = app.payload.delete({ collection: 'user-sessions' as 'users', where: {} })
    await expect(remove).rejects.toThrow('sessions-are-read-only')
    expect(await total()).toBe(count)
  })

  it('contains no token, whole or in part', async () => {
    const { docs } = await app.payload.find({ collection: 'user-sessions' as 'users' })
    const rows = JSON.stringify(docs)
    for (const { token } of [member, admin]) {
      for (const part of token.split('.')) expect(rows).not.toContain(part)
    }
  })
})
