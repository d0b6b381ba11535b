import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { uuidv7 } from '../../../src/core/uuidv7.js'
import { ADMIN } from '../../support/baseConfig.js'
import { type App, createApp } from '../../support/createApp.js'
import { type Login, login } from '../../support/login.js'

describe('the ledger', () => {
  let app: App
  let admin: Login
  let member: Login
  let revoked: Login
  beforeAll(async () => {
    app = await createApp({
      isDefault: true,
      plugin: { access: { administrator: ({ req }) => req.user?.role === 'admin' } },
    })
    await app.payload.create({ collection: 'users', data: { ...ADMIN, role: 'admin' } })
    admin = await login(app, ADMIN)
    member = await login(app)
    revoked = await login(app)
    await app.request('/api/users/logout', { method: 'POST', headers: revoked.jwt })
  })
  afterAll(() => app.close())

  const row = () => ({
    id: uuidv7(Date.now()),
    scope: 'token',
    subject: 'jti:x',
    reason: 'admin',
    revokedAt: new Date().toISOString(),
    expiresAt: new Date().toISOString(),
  })

  it('contains the token and its session before the logout is answered', async () => {
    const response = await app.request('/api/revocations?sort=scope', { headers: admin.jwt })
    const { docs } = (await response.json()) as { docs: Record<string, unknown>[] }
    const { jti, sid, exp } = revoked.claims
    expect(docs).toMatchObject([
      { scope: 'session', subject: `sid:${sid}`, reason: 'logout', actor: 'users:1' },
      { scope: 'token', subject: `jti:${jti}`, reason: 'logout', actor: 'users:1' },
    ])
    const expiresAt = Date.parse(String(docs[1]?.expiresAt)) / 1000
    expect(expiresAt).toBeCloseTo(Number(exp) + 5, 3)
  })

  it('contains no token, whole or in part', async () => {
    const rows = JSON.stringify(await app.payload.find({ collection: 'revocations' }))
    for (const part of revoked.token.split('.')) expect(rows).not.toContain(part)
  })

  it('can be read by administrators only', async () => {
    expect((await app.request('/api/revocations')).status).toBe(403)
    const asMember = await app.request('/api/revocations', { headers: member.jwt })
    expect(asMember.status).toBe(403)
    const overGraphQL = await app.graphQL('{ Revocations { docs { subject } } }', member.jwt)
    expect(await overGraphQL.json()).toHaveProperty('errors')
    const asAdmin = await app.graphQL('{ Revocations { totalDocs } }', admin.jwt)
    expect(await asAdmin.json()).toMatchObject({ data: { Revocations: { totalDocs: 2 } } })
  })

  it('cannot be written over REST, not even by administrators', async () => {
    const { docs } = await app.payload.find({ collection: 'revocations' })
    const id = String(docs[0]?.id)
    for (const [method, path] of [
      ['POST', '/api/revocations'],
      ['PATCH', `/api/revocations/${id}`],
      ['PATCH', '/api/revocations?where[scope][equals]=token'],
      ['DELETE', `/api/revocations/${id}`],
      ['DELETE', '/api/revocations?where[scope][equals]=token'],
      ['POST', `/api/revocations/${id}/duplicate`],
    ] as const) {
      const body = method === 'DELETE' ? undefined : row()
      const response = await app.request(path, { method, body, headers: admin.jwt })
      expect([403, 404, 501]).toContain(response.status)
    }
    expect((await app.payload.count({ collection: 'revocations' })).totalDocs).toBe(2)
  })

  it('cannot be written over GraphQL', async () => {
    const { docs } = await app.payload.find({ collection: 'revocations' })
    const response = await app.graphQL(
      `mutation { deleteRevocation(id: "${docs[0]?.id}") { id } }`,
      admin.jwt,
    )
    expect(await response.json()).toHaveProperty('errors')
    expect((await app.payload.count({ collection: 'revocations' })).totalDocs).toBe(2)
  })

  it('cannot be written over the Local API', async () => {
    const create = app.payload.create({ collection: 'revocations', data: row() })
    await expect(create).rejects.toThrow('ledger-is-append-only')
    const remove = app.payload.delete({ collection: 'revocations', where: {} })
    await expect(remove).rejects.toThrow('ledger-is-append-only')
  })
})
