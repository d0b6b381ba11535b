import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Login } from './login.js'
import { login } from './login.js'
import { type NextApp, startApp } from './nextApp.js'
import { asAdministrator, newAdministrator } from './people.js'
import { everywhere, showEverywhere } from './surfaces.js'
import { ways } from './ways.js'

export interface ProofStore {
  /** The Redis that carries the revocations; `undefined` for only the database. */
  redisUrl(): string | undefined
  /** Asserts what the store contains about a token that was logged out. */
  holdsLogout?(session: Login): Promise<void>
  /** Asserts what the store contains about a user whose password was changed. */
  holdsPasswordChange?(user: { id: number }): Promise<void>
}

/** The proof in four steps, and the same with a password change, by every way on one store. */
export function describeProof(name: string, store: ProofStore) {
  describe(`on the ${name} store`, () => {
    let app: NextApp
    let living: Login

    beforeAll(async () => {
      app = await startApp({ redisUrl: store.redisUrl() })
      living = await asAdministrator(app)
    })
    afterAll(() => app?.stop())

    for (const [way, { logIn, logOut, changePassword }] of Object.entries(ways)) {
      it(`a token works everywhere, is logged out over ${way}, and is refused everywhere`, async () => {
        const person = await newAdministrator(app)
        const session = await logIn(app, person)
        expect(await showEverywhere(app, session, living)).toEqual(everywhere('accepted'))
        await logOut(app, session)
        expect(await showEverywhere(app, session, living)).toEqual(everywhere('refused'))
        await store.holdsLogout?.(session)
        expect(await ledgerRows(app, living, `jti:${session.claims.jti}`)).toHaveLength(1)
        expect(await ledgerRows(app, living, `sid:${session.claims.sid}`)).toHaveLength(1)
      })

      it(`a password changed over ${way} ends the other session everywhere, but not this one`, async () => {
        const person = await newAdministrator(app)
        const other = await logIn(app, person)
        const own = await logIn(app, person)
        expect(await showEverywhere(app, other, living)).toEqual(everywhere('accepted'))
        const password = 'second-password'
        await changePassword(app, own, { id: person.id, password })
        expect(await showEverywhere(app, other, living)).toEqual(everywhere('refused'))
        expect(await showEverywhere(app, own, living)).toEqual(everywhere('accepted'))
        const later = await login(app, { email: person.email, password })
        expect(await showEverywhere(app, later, living)).toEqual(everywhere('accepted'))
        await store.holdsPasswordChange?.(person)
        expect(await ledgerRows(app, living, `user:users:${person.id}`)).not.toHaveLength(0)
      })
    }

    it('a password set by somebody else ends every session everywhere', async () => {
      const person = await newAdministrator(app)
      const session = await login(app, person)
      expect(await showEverywhere(app, session, living)).toEqual(everywhere('accepted'))
      const response = await app.request(`/api/users/${person.id}`, {
        method: 'PATCH',
        body: { password: 'set-by-another' },
        headers: living.bearer,
      })
      expect(response.status).toBe(200)
      expect(await showEverywhere(app, session, living)).toEqual(everywhere('refused'))
    })

    it('logging out of all sessions ends them everywhere, but no other user’s', async () => {
      const person = await newAdministrator(app)
      const other = await login(app, person)
      const own = await login(app, person)
      expect(await showEverywhere(app, other, living)).toEqual(everywhere('accepted'))
      const response = await app.request('/api/users/logout?allSessions=true', {
        method: 'POST',
        headers: own.byCookie,
      })
      expect(response.status).toBe(200)
      expect(await showEverywhere(app, other, living)).toEqual(everywhere('refused'))
      expect(await showEverywhere(app, own, living)).toEqual(everywhere('refused'))
      expect(await showEverywhere(app, living, living)).toEqual(everywhere('accepted'))
    })

    it('of 8 simultaneous logins every token works and is distinct', async () => {
      const person = await newAdministrator(app)
      const sessions = await Promise.all(Array.from({ length: 8 }, () => login(app, person)))
      expect(new Set(sessions.map(({ claims }) => claims.jti)).size).toBe(8)
      for (const session of sessions) {
        const response = await app.request('/api/users/me', { headers: session.jwt })
        expect(await response.json()).toMatchObject({ user: { email: person.email } })
      }
    })
  })
}

async function ledgerRows(app: NextApp, { jwt }: Login, subject: string): Promise<unknown[]> {
  const query = `where[subject][equals]=${encodeURIComponent(subject)}`
  const response = await app.request(`/api/revocations?${query}`, { headers: jwt })
  const { docs } = (await response.json()) as { docs: unknown[] }
  return docs
}
