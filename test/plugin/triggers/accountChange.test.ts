import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ADMIN } from '../../support/baseConfig.js'
import { type App, createApp } from '../../support/createApp.js'
import { isAccepted } from '../../support/isAccepted.js'
import { type Login, login } from '../../support/login.js'
import { onEachDatabaseByNumber } from '../../support/onEachDatabase.js'
import { withUsers } from '../../support/withUsers.js'

const account = withUsers((users) => ({
  ...users,
  auth: { verify: { generateEmailHTML: () => '' }, useSessions: false },
  trash: true,
  fields: [...users.fields, { name: 'disabled', type: 'checkbox' }],
  access: { read: () => true, update: () => true, delete: () => true },
}))

onEachDatabaseByNumber('an account that ends', (database, { isSql }) => {
  let app: App
  let admin: Login
  let count = 0
  beforeAll(async () => {
    app = await createApp({
      ...database(),
      configure: account,
      plugin: { revokeWhen: ({ doc, previousDoc }) => doc.disabled && !previousDoc.disabled },
    })
    await app.payload.create({ collection: 'users', data: { ...ADMIN, _verified: true } })
    admin = await login(app, ADMIN)
  })
  afterAll(() => app.close())

  const newcomer = async () => {
    count += 1
    const credentials = { email: `user-${count}@example.com`, password: 'a-password' }
    const data = { ...credentials, _verified: true }
    const user = await app.payload.create({ collection: 'users', data })
    return { id: user.id, credentials, session: await login(app, credentials) }
  }
  const change = (id: unknown, body: object) =>
    app.request(`/api/users/${id}`, { method: 'PATCH', body, headers: admin.jwt })
  const subjectsNow = async () => {
    const { docs } = await app.payload.find({ collection: 'revocations', limit: 1 })
    return docs[0]
  }

  it('by deletion ends its sessions', async () => {
    const { id, session } = await newcomer()
    await app.request(`/api/users/${id}`, { method: 'DELETE', headers: admin.jwt })
    expect(await isAccepted(app, session)).toBe(false)
    expect(await subjectsNow()).toMatchObject({ reason: 'user-deleted' })
    expect(await isAccepted(app, admin)).toBe(true)
  })

  it('by deletion in bulk ends the sessions of each', async () => {
    const [one, two, three] = [await newcomer(), await newcomer(), await newcomer()]
    const where = `where[id][in]=${one.id},${two.id}`
    await app.request(`/api/users?${where}`, { method: 'DELETE', headers: admin.jwt })
    expect(await isAccepted(app, one.session)).toBe(false)
    expect(await isAccepted(app, two.session)).toBe(false)
    expect(await isAccepted(app, three.session)).toBe(true)
  })

  it('by the trash ends its sessions, and restoring it does not bring them back', async () => {
    const { id, credentials, session } = await newcomer()
    await change(id, { deletedAt: new Date().toISOString() })
    expect(await isAccepted(app, session)).toBe(false)
    const restored = await app.request(`/api/users/${id}?trash=true`, {
      method: 'PATCH',
      body: { deletedAt: null },
      headers: admin.jwt,
    })
    expect(restored.status).toBe(200)
    expect(await isAccepted(app, session)).toBe(false)
    expect(await isAccepted(app, await login(app, credentials))).toBe(true)
  })

  it('by losing its verification ends its sessions', async () => {
    const { id, session } = await newcomer()
    await change(id, { _verified: false })
    await change(id, { _verified: true })
    expect(await isAccepted(app, session)).toBe(false)
    expect(await subjectsNow()).toMatchObject({ reason: 'user-disabled' })
  })

  it("by the application's own rule ends its sessions, at the change and not later", async () => {
    const { id, credentials, session } = await newcomer()
    await change(id, { role: 'editor' })
    expect(await isAccepted(app, session)).toBe(true)
    await change(id, { disabled: true })
    expect(await isAccepted(app, session)).toBe(false)
    const next = await login(app, credentials)
    await change(id, { role: 'author' })
    expect(await isAccepted(app, next)).toBe(true)
  })

  // MongoDB's ids are random.
  if (!isSql) return

  it('whose id is reused gives none of its tokens to the next user', async () => {
    const { id, session } = await newcomer()
    await app.request(`/api/users/${id}`, { method: 'DELETE', headers: admin.jwt })
    await handOutAgain(app, id)
    const next = await newcomer()
    expect(next.id).toBe(id)
    expect(await isAccepted(app, session)).toBe(false)
    expect(await isAccepted(app, next.session)).toBe(true)
  })
})

/**
 * SQLite does this by itself; PostgreSQL after its sequence was set back, as by a restored backup.
 */
async function handOutAgain({ payload }: App, id: number | string) {
  const { pool } = payload.db as { pool?: { query(text: string, values: unknown[]): unknown } }
  await pool?.query("select setval('users_id_seq', $1, false)", [id])
}

describe('without the plugin', () => {
  it('a token of a deleted user opens the account that gets its id', async () => {
    const app = await createApp({ plugin: false, configure: account })
    const create = (email: string) =>
      app.payload.create({
        collection: 'users',
        data: { email, password: 'a-password', _verified: true },
      })
    const { id } = await create('first@example.com')
    const session = await login(app, { email: 'first@example.com', password: 'a-password' })
    await app.payload.delete({ collection: 'users', id })
    const next = await create('next@example.com')
    expect(next.id).toBe(id)
    const me = await app.request('/api/users/me', { headers: session.jwt })
    expect(await me.json()).toMatchObject({ user: { email: 'next@example.com' } })
    await app.close()
  })
})
