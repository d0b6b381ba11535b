import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Login } from '../support/login.js'
import { type NextApp, startApp } from '../support/nextApp.js'
import { asAdministrator, newAdministrator } from '../support/people.js'
import { ways } from '../support/ways.js'

describe('the record of a session in the built app', () => {
  let app: NextApp
  let admin: Login
  beforeAll(async () => {
    app = await startApp()
    admin = await asAdministrator(app)
  })
  afterAll(() => app?.stop())

  const recordOf = async ({ claims }: Login) => {
    const response = await app.request(`/api/user-sessions/${claims.sid}`, { headers: admin.jwt })
    return response.status === 200
      ? ((await response.json()) as Record<string, unknown>)
      : undefined
  }

  for (const [name, way] of Object.entries(ways)) {
    it(`is written by a login and shows the logout, by ${name}`, async () => {
      const person = await newAdministrator(app)
      const session = await way.logIn(app, person)
      expect(await recordOf(session)).toMatchObject({
        id: session.claims.sid,
        userCollection: 'users',
        userId: String(person.id),
      })
      await way.logOut(app, session)
      await expect.poll(() => recordOf(session)).toMatchObject({ endReason: 'logout' })
    })
  }
})
