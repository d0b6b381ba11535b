import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isAccepted } from '../support/isAccepted.js'
import { type Login, login } from '../support/login.js'
import { copyDatabase, type NextApp, startApp } from '../support/nextApp.js'
import { newAdministrator } from '../support/people.js'
import { type RedisServer, startRedis } from '../support/redisServer.js'
import { until } from '../support/until.js'

for (const store of ['embedded', 'Redis']) {
  describe(`a first start with the database down, on the ${store} store`, () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'jwt-revocation-'))
    const missing = path.join(folder, 'not-yet', 'app.db')
    let redis: RedisServer | undefined
    let source: NextApp
    let app: NextApp
    let living: Login
    let revoked: Login

    beforeAll(async () => {
      redis = store === 'Redis' ? await startRedis() : undefined
      source = await startApp({ redisUrl: redis?.url })
      const person = await newAdministrator(source)
      living = await login(source, person)
      revoked = await login(source, person)
      await source.request('/api/users/logout', { method: 'POST', headers: revoked.jwt })
      expect(await isAccepted(source, revoked)).toBe(false)
      await source.kill('SIGKILL')
      app = await startApp({ database: missing, redisUrl: redis?.url, isCold: true })
    })
    afterAll(async () => {
      await Promise.all([source?.stop(), app?.stop()])
      await redis?.stop()
      rmSync(folder, { recursive: true, force: true })
    })

    it('lets nobody in at first, and refuses a revoked token as soon as the database is up', async () => {
      for (const session of [living, revoked]) {
        const answer = await app.request('/api/users/me', { headers: session.bearer })
        expect(answer.status).toBeGreaterThanOrEqual(400)
      }
      mkdirSync(path.dirname(missing))
      copyDatabase(source.database, missing)

      const refusal = await until('the app answers', async () => {
        const answer = await app.request('/api/users/me', { headers: revoked.bearer })
        if (answer.status < 400) throw new Error('The revoked token was accepted')
        return answer.status === 401 && answer
      })
      expect(refusal.headers.get('WWW-Authenticate')).toContain('invalid_token')
      expect(await isAccepted(app, living)).toBe(true)
      const page = await app.request('/account', { headers: revoked.byCookie })
      expect(page.status).toBe(307)
    })
  })
}
