import type { CollectionSlug } from 'payload'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { uuidv7 } from '../../../src/core/uuidv7.js'
import { type Callers, createCallers } from '../../support/callers.js'
import type { Login } from '../../support/login.js'

let app: Callers
let administrator: Login
let member: Login
beforeAll(async () => {
  app = await createCallers({ isDefault: true })
  administrator = await app.as('administrator')
  member = await app.as('member')
  await app.request('/api/users/logout', { method: 'POST', headers: (await app.as('other')).jwt })
})
afterAll(() => app.close())

const now = () => new Date().toISOString()
const RECORDS = [
  {
    slug: 'revocations',
    graphQL: 'Revocation',
    data: () => ({
      ...{ id: uuidv7(Date.now()), scope: 'token', subject: 'jti:x', reason: 'admin' },
      ...{ revokedAt: now(), expiresAt: now() },
    }),
  },
  {
    slug: 'user-sessions',
    graphQL: 'UserSession',
    data: () => ({
      ...{ id: uuidv7(Date.now()), userCollection: 'users', userId: '1' },
      ...{ createdAt: now(), lastRefreshedAt: now(), expiresAt: now() },
    }),
  },
] as const

describe.each(RECORDS)('the rows of $slug', ({ data, graphQL, slug }) => {
  const collection: CollectionSlug = slug
  const all = async () => {
    const { docs } = await app.payload.find({ collection, limit: 0, sort: 'id' })
    return docs as { id: string }[]
  }
  const everyRow = { id: { exists: true } }

  it('cannot be written over REST, one by one or in bulk', async () => {
    const before = await all()
    const path = `/api/${slug}`
    const query = 'where[id][exists]=true'
    for (const session of [administrator, member]) {
      for (const [method, at, body] of [
        ['POST', path, data()],
        ['POST', `${path}/${before[0]?.id}/duplicate`, data()],
        ['PATCH', `${path}/${before[0]?.id}`, { reason: 'admin', name: 'x' }],
        ['PATCH', `${path}?${query}`, { reason: 'admin', name: 'x' }],
        ['PUT', `${path}/${before[0]?.id}`, data()],
        ['DELETE', `${path}/${before[0]?.id}`, undefined],
        ['DELETE', `${path}?${query}`, undefined],
      ] as const) {
        const response = await app.request(at, { method, body, headers: session.jwt })
        expect([403, 404, 501]).toContain(response.status)
      }
    }
    expect(await all()).toEqual(before)
  })

  it('cannot be written over GraphQL', async () => {
    const before = await all()
    const [row] = before
    const fields = Object.entries(data()).map(([name, value]) => `${name}: "${value}"`)
    for (const mutation of [
      `create${graphQL}(data: { ${fields.join(', ')} }) { id }`,
      `update${graphQL}(id: "${row?.id}", data: { ${fields.join(', ')} }) { id }`,
      `delete${graphQL}(id: "${row?.id}") { id }`,
    ]) {
      const response = await app.graphQL(`mutation { ${mutation} }`, administrator.jwt)
      expect(await response.json()).toHaveProperty('errors')
    }
    expect(await all()).toEqual(before)
  })

  for (const overrideAccess of [false, true]) {
    it(`cannot be written over the Local API (overrideAccess: ${overrideAccess})`, async () => {
      const before = await all()
      const { user } = await app.payload.auth({ headers: new Headers(administrator.jwt) })
      const id = String(before[0]?.id)
      const options = { collection, overrideAccess, user }
      for (const write of [
        () => app.payload.create({ ...options, data: data() }),
        () => app.payload.update({ ...options, id, data: { note: 'x' } }),
        () => app.payload.update({ ...options, where: everyRow, data: { note: 'x' } }),
        () => app.payload.delete({ ...options, id }),
        () => app.payload.delete({ ...options, where: everyRow }),
        () => app.payload.duplicate({ ...options, id }),
      ]) {
        await expect(write()).rejects.toThrow()
      }
      expect(await all()).toEqual(before)
    })
  }
})
