import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isAccepted } from '../support/isAccepted.js'
import { login } from '../support/login.js'
import { type NextApp, startApp } from '../support/nextApp.js'
import { newAdministrator } from '../support/people.js'
import { rawRequest } from '../support/rawRequest.js'
import { type RedisServer, startRedis } from '../support/redisServer.js'
import { refusedWithin } from '../support/refusedWithin.js'
import { isSentToLogin } from '../support/surfaces.js'

for (const store of ['embedded', 'Redis']) {
  describe(`two app processes on the ${store} store`, () => {
    let redis: RedisServer | undefined
    let one: NextApp
    let other: NextApp

    const another = (isCold = false) =>
      startApp({ database: one.database, redisUrl: redis?.url, isCold })

    beforeAll(async () => {
      redis = store === 'Redis' ? await startRedis() : undefined
      one = await startApp({ redisUrl: redis?.url })
      other = await another()
    })
    afterAll(async () => {
      await Promise.all([one?.stop(), other?.stop()])
      await redis?.stop()
    })

    const logOut = (app: NextApp, headers: HeadersInit) =>
      app.request('/api/users/logout', { method: 'POST', headers })

    it('a token that is logged out in one process is refused in the other', async () => {
      const session = await login(one, await newAdministrator(one))
      expect(await isAccepted(other, session)).toBe(true)
      expect((await logOut(one, session.byCookie)).status).toBe(200)
      expect(await isAccepted(one, session)).toBe(false)
      await refusedWithin(other, session, `${store}, logged out in another process`)
      const page = await other.request('/account', { headers: session.byCookie })
      expect(isSentToLogin(page)).toBe(true)
    })

    it('a password changed in one process ends the other session in the other, and only that one', async () => {
      const person = await newAdministrator(one)
      const stranger = await login(one, person)
      const own = await login(other, person)
      expect(await isAccepted(other, stranger)).toBe(true)
      const response = await one.request(`/api/users/${person.id}`, {
        method: 'PATCH',
        body: { password: 'second-password' },
        headers: own.bearer,
      })
      expect(response.status).toBe(200)
      await refusedWithin(other, stranger, `${store}, password changed in another process`)
      expect(await isAccepted(one, own)).toBe(true)
      expect(await isAccepted(other, own)).toBe(true)
    })

    it('a token that was logged out in one process cannot be refreshed in the other at the same moment', async () => {
      const session = await login(one, await newAdministrator(one))
      expect(await isAccepted(other, session)).toBe(true)
      await logOut(one, session.bearer)
      const refusal = await rawRequest(other, '/api/users/refresh-token', {
        method: 'POST',
        headers: session.bearer,
      })
      expect(refusal.status).toBe(401)
      expect(refusal.header('WWW-Authenticate')).toHaveLength(1)
    })

    it('a process that is killed right after it answered a logout has revoked the token for good', async () => {
      const victim = await another()
      const session = await login(victim, await newAdministrator(victim))
      expect(await isAccepted(other, session)).toBe(true)
      const answer = await logOut(victim, session.byCookie)
      await victim.kill('SIGKILL')
      expect(answer.status).toBe(200)
      await refusedWithin(other, session, `${store}, logged out in a process killed since`)

      const restarted = await another(true)
      try {
        expect(await isAccepted(restarted, session)).toBe(false)
      } finally {
        await restarted.stop()
      }
    })

    it('a process that starts later knows at its first request what was changed before', async () => {
      const person = await newAdministrator(one)
      const session = await login(one, person)
      await one.request(`/api/users/${person.id}`, {
        method: 'PATCH',
        body: { password: 'second-password' },
        headers: (await login(one, person)).bearer,
      })
      const late = await another(true)
      try {
        expect(await isAccepted(late, session)).toBe(false)
      } finally {
        await late.stop()
      }
    })
  })
}
