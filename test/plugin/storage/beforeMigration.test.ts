import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MEMBER } from '../../support/baseConfig.js'
import type { App } from '../../support/createApp.js'
import { type Login, login } from '../../support/login.js'
import { createMigratedDatabase, type MigratedDatabase } from '../../support/migratedApp.js'
import { postgresDatabase } from '../../support/postgresDatabase.js'

describe.each([
  ['SQLite', () => undefined],
  ['PostgreSQL', postgresDatabase],
])('an app whose database lacks the migration of the plugin, on %s', (_, database) => {
  let migrated: MigratedDatabase
  let app: App
  let earlier: Login
  beforeAll(async () => {
    migrated = createMigratedDatabase(database())
    const before = await migrated.open({ plugin: false, migration: 'first' })
    await before.payload.create({ collection: 'users', data: { ...MEMBER, role: 'member' } })
    earlier = await login(before)
    await before.close()
    app = await migrated.open({ plugin: { pollInterval: 0.05 }, isDefault: true })
  })
  afterAll(async () => {
    await app.close()
    migrated.remove()
  })

  const expectToNameIt = async (response: Response) => {
    expect(response.status).toBe(503)
    const { errors } = (await response.json()) as { errors: { message: string }[] }
    expect(errors[0]?.message).toContain('`payload migrate`')
  }

  it('answers 503 to a token, with a message that names the command', async () => {
    await expectToNameIt(await app.request('/api/posts', { headers: earlier.jwt }))
  })

  it('does so at login, and over GraphQL', async () => {
    await expectToNameIt(await app.request('/api/users/login', { body: MEMBER }))
    const { email, password } = MEMBER
    const answer = await app.graphQL(
      `mutation { loginUser(email: "${email}", password: "${password}") { token } }`,
    )
    expect(await answer.text()).toContain('`payload migrate`')
  })

  it('answers a visitor without a token as before', async () => {
    expect((await app.request('/api/users/me')).status).toBe(200)
  })

  it('recovers by itself once the migration has run', async () => {
    const other = await migrated.open({ plugin: {}, migration: 'revocation' })
    await other.close()
    const session = await login(app)
    await expect
      .poll(async () => (await app.request('/api/users/me', { headers: session.jwt })).status)
      .toBe(200)
  })
})
