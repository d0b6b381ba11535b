import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { revocations } from '../../../src/index.js'
import { MEMBER } from '../../support/baseConfig.js'
import type { App } from '../../support/createApp.js'
import { type Login, login, loginFrom } from '../../support/login.js'
import { createMigratedDatabase, type MigratedDatabase } from '../../support/migratedApp.js'
import { postgresDatabase } from '../../support/postgresDatabase.js'
import { schemaTable } from '../../support/schemaTable.js'
import { addedTo, type Tables, tablesOf } from '../../support/tablesOf.js'
import { stateless } from '../../support/withUsers.js'

const databases = { SQLite: () => undefined, PostgreSQL: postgresDatabase }

const logout = (app: App, { jwt }: Login) =>
  app.request('/api/users/logout', { method: 'POST', headers: jwt })

/** For an unknown token, Payload's own sessions answer 200 without a user. */
async function works(app: App, { jwt }: Login): Promise<boolean> {
  const response = await app.request('/api/users/me', { headers: jwt })
  const { user } = (await response.json()) as { user?: object | null }
  return Boolean(user)
}

/** What the plugin adds, by database. */
const added: Record<string, Tables> = {}

for (const [name, address] of Object.entries(databases)) {
  describe(`an app with users on ${name} that gets the plugin`, () => {
    let database: MigratedDatabase
    let app: App
    let before: Tables
    /** From before the installation: one that goes on, one that was logged out, three to end. */
    let alive: Login
    let loggedOut: Login
    let withoutMigration: Response
    let toEnd: { byLogout: Login; byText: Login; byCutoff: Login; byRefresh: Login }

    beforeAll(async () => {
      database = createMigratedDatabase(address())
      const old = await database.open({ plugin: false, migration: 'first' })
      await old.payload.create({ collection: 'users', data: { ...MEMBER, role: 'member' } })
      const other = { email: 'other@example.com', password: 'other-password' }
      await old.payload.create({ collection: 'users', data: other })
      // One after another, because Payload's own sessions keep only the last of overlapping logins.
      toEnd = {
        byLogout: await login(old),
        byText: await login(old),
        byRefresh: await login(old),
        byCutoff: await login(old, other),
      }
      alive = await login(old)
      loggedOut = await login(old)
      expect((await logout(old, loggedOut)).status).toBe(200)
      expect(await works(old, alive)).toBe(true)
      expect(await works(old, loggedOut)).toBe(false)
      before = await tablesOf(old.payload)
      await old.close()
      const unmigrated = await database.open({ plugin: {} })
      withoutMigration = await unmigrated.request('/api/users/me', { headers: alive.jwt })
      await unmigrated.close()
      app = await database.open({ plugin: {}, migration: 'jwt_revocation' })
    })
    afterAll(async () => {
      await app?.close()
      database?.remove()
    })

    it('accepts no token before the migration has run', () => {
      expect(withoutMigration.status).toBe(503)
    })

    it('gets the plugin’s tables, and loses no table or column', async () => {
      const after = await tablesOf(app.payload)
      added[name] = addedTo(before, after)
      expect(addedTo(after, before)).toEqual({})
      expect(Object.keys(added[name])).toContain('revocations')
      expect(Object.keys(added[name]).filter((table) => table in before)).toEqual([])
    })

    it('accepts earlier tokens, and they have no id', async () => {
      expect(alive.claims).not.toHaveProperty('jti')
      expect(await works(app, alive)).toBe(true)
    })

    it('refuses a token that was logged out before, which a stateless Payload would accept', async () => {
      const open = await database.open({ plugin: false, configure: stateless })
      expect(await works(open, loggedOut)).toBe(true)
      await open.close()
      expect(await works(app, loggedOut)).toBe(false)
    })

    it('revokes an earlier token: by logout, by its text and by a cut-off of its user', async () => {
      const { byLogout, byText, byCutoff } = toEnd
      for (const each of [byLogout, byText, byCutoff]) expect(await works(app, each)).toBe(true)
      expect((await logout(app, byLogout)).status).toBe(200)
      await revocations(app.payload).revoke({ token: byText.token })
      await revocations(app.payload).revoke({
        user: { collection: 'users', id: Number(byCutoff.claims.id) },
      })
      for (const each of [byLogout, byText, byCutoff]) {
        const answer = await app.request('/api/users/me', { headers: each.jwt })
        expect(answer.status).toBe(401)
      }
      expect(await works(app, alive)).toBe(true)
    })

    it('refreshes an earlier token to a full one, whose logout ends both', async () => {
      const { byRefresh } = toEnd
      const refreshed = await app.request('/api/users/refresh-token', {
        method: 'POST',
        headers: byRefresh.jwt,
      })
      const { refreshedToken } = (await refreshed.json()) as { refreshedToken: string }
      const full = loginFrom(refreshedToken)
      expect(full.claims.jti).toEqual(expect.any(String))
      expect(full.claims.sid).toBe(byRefresh.claims.sid)
      expect(await works(app, full)).toBe(true)
      await logout(app, full)
      expect(await works(app, full)).toBe(false)
      expect(await works(app, byRefresh)).toBe(false)
    })

    it('can remove the plugin again: the tables stay until a migration drops them', async () => {
      const full = await login(app)
      const revoked = await login(app)
      await logout(app, revoked)
      await app.close()

      const asBefore = await database.open({ plugin: false })
      expect(Object.keys(await tablesOf(asBefore.payload))).toContain('revocations')
      // Payload's own sessions know the earlier logins, but none of the plugin's.
      expect(await works(asBefore, alive)).toBe(true)
      expect(await works(asBefore, full)).toBe(false)
      expect(await works(asBefore, await login(asBefore))).toBe(true)
      await asBefore.close()

      const open = await database.open({ plugin: false, configure: stateless })
      expect(await works(open, full)).toBe(true)
      // The ledger is not used any more. The page on upgrading warns of this.
      expect(await works(open, revoked)).toBe(true)
      await open.close()

      app = await database.open({ plugin: false, migration: 'without_jwt_revocation' })
      expect(await tablesOf(app.payload)).toEqual(before)
      expect(await works(app, alive)).toBe(true)
    })
  })
}

it('docs/upgrading.md lists the tables and columns that appear', () => {
  const { documented, actual } = schemaTable(added)
  expect(documented).toBe(actual)
})
