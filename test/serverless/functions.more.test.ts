// The functions log in users that this file creates.
import '../support/fewRounds.js'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { JwtRevocationOptions } from '../../src/index.js'
import { MEMBER } from '../support/baseConfig.js'
import { type App, createApp } from '../support/createApp.js'
import { isAccepted } from '../support/isAccepted.js'
import { type Login, login } from '../support/login.js'
import { mongoDatabase } from '../support/mongo/mongoDatabase.js'
import { postgresDatabase } from '../support/postgresDatabase.js'
import { type RedisServer, startRedis } from '../support/redisServer.js'
import { asFunction, connectionStates, cutConnections, lockLedger } from './asDatabase.js'
import { type FunctionInstance, shareOut, startFunction } from './functions.js'

const PLUGIN = { pollInterval: 0.5, maxStaleness: 2, purgeInterval: false } as const
const LONGER_THAN_STALENESS_MS = 2_500
const LONGER_THAN_A_SECOND_MS = 1_200
/** It goes by its memory, however old, and its readings wait for a timer. */
const TRUSTING = { ...PLUGIN, maxStaleness: 3_600, pollInterval: 600, restAfter: false } as const
/** Payload keeps one connection for itself, so a smaller pool answers nothing. */
const POOL_SIZE = 2
const INSTANCES = 3
const REVOKED = 401
/** Two answers wait for two seconds each. The rest is for a busy machine. */
const LONGEST_REFUSALS_MS = 20_000

interface Store {
  mongo?: boolean
  postgres?: boolean
  redis?: boolean
}

for (const [store, has] of Object.entries<Store>({
  'PostgreSQL, a pool of two': { postgres: true },
  'PostgreSQL, a pool of two, and Redis': { postgres: true, redis: true },
  'an SQLite file': {},
  'MongoDB’s protocol': { mongo: true },
})) {
  describe(`functions that are frozen between requests, on ${store}`, () => {
    let redis: RedisServer | undefined
    /** Not frozen, for what the test does itself. */
    let app: App
    let instances: FunctionInstance[]
    let start: (plugin?: JwtRevocationOptions) => Promise<FunctionInstance>

    beforeAll(async () => {
      redis = has.redis ? await startRedis() : undefined
      const postgres = has.postgres ? postgresDatabase() : undefined
      const mongo = has.mongo ? await mongoDatabase() : undefined
      app = await createApp({ mongo, postgres, plugin: PLUGIN })
      start = (plugin = PLUGIN) =>
        startFunction({
          ...{ mongo, plugin, redisUrl: redis?.url, postgres: postgres && asFunction(postgres) },
          ...{ database: app.database, poolSize: POOL_SIZE },
        })
      instances = await Promise.all(Array.from({ length: INSTANCES }, () => start()))
    })
    afterAll(async () => {
      await Promise.all((instances ?? []).map((each) => each.stop()))
      await app?.close()
      await redis?.stop()
    })

    const startForTest = async (plugin: JwtRevocationOptions) => {
      const started = await start(plugin)
      onTestFinished(started.stop)
      return started
    }

    const logOut = (at: Pick<App, 'request'>, { jwt }: Login) =>
      at.request('/api/users/logout', { method: 'POST', headers: jwt })

    const statusAt = async (at: Pick<App, 'request'>, { jwt }: Login) =>
      (await at.request('/api/users/me', { headers: jwt })).status

    // News may also come over the connection to Redis, right after the thaw.
    if (!has.redis) {
      it('accept a token that was logged out meanwhile if they trust their memory', async () => {
        const trusting = await startForTest(TRUSTING)
        const session = await login(trusting)
        expect(await isAccepted(trusting, session)).toBe(true)
        await logOut(instances[0] as FunctionInstance, session)
        await pause(LONGER_THAN_STALENESS_MS)
        expect(await isAccepted(trusting, session)).toBe(true)
      })
    }

    it('refuse it with their first answer, and answer a good token', async () => {
      const [gone, good] = [await login(app), await login(app)]
      for (const each of instances) expect(await isAccepted(each, gone)).toBe(true)
      expect((await logOut(instances[0] as FunctionInstance, gone)).status).toBe(200)
      await pause(LONGER_THAN_STALENESS_MS)
      for (const [nth, each] of instances.entries()) {
        const [first, second] = nth === 1 ? [good, gone] : [gone, good]
        const startedAt = performance.now()
        expect(await statusAt(each, first), `function ${nth}`).toBe(first === gone ? REVOKED : 200)
        const tookMs = (performance.now() - startedAt).toFixed(0)
        console.log(`${store}: the first answer after a thaw took ${tookMs} ms`)
        expect(await statusAt(each, second)).toBe(second === gone ? REVOKED : 200)
      }
    })

    it('with `strict` refuse it however short they were frozen', async () => {
      const strict = await startForTest({ ...PLUGIN, strict: true })
      const session = await login(strict)
      expect(await isAccepted(strict, session)).toBe(true)
      await logOut(instances[0] as FunctionInstance, session)
      expect(await statusAt(strict, session)).toBe(REVOKED)
    })

    it('with `restAfter` refuse it after a freeze of that length', async () => {
      const resting = await startForTest({ ...PLUGIN, maxStaleness: 3_600, restAfter: 1 })
      const session = await login(resting)
      expect(await isAccepted(resting, session)).toBe(true)
      await logOut(instances[0] as FunctionInstance, session)
      await pause(LONGER_THAN_A_SECOND_MS)
      expect(await statusAt(resting, session)).toBe(REVOKED)
    })

    it('answer many requests at once, each rightly', async () => {
      const sessions = await Promise.all(Array.from({ length: 6 }, () => login(app)))
      const platform = shareOut(instances)
      await Promise.all(sessions.slice(0, 3).map((each) => logOut(platform, each)))
      await pause(LONGER_THAN_STALENESS_MS)
      const asked = Array.from({ length: 60 }, (_, nth) => nth % sessions.length)
      const statuses = await Promise.all(
        asked.map((nth) => statusAt(platform, sessions[nth] as Login)),
      )
      expect(statuses).toEqual(asked.map((nth) => (nth < 3 ? REVOKED : 200)))
    })

    it('end the sessions that other functions have begun', async () => {
      const platform = shareOut(instances)
      const sessions = await Promise.all(Array.from({ length: 6 }, () => login(platform, MEMBER)))
      await Promise.all(sessions.map((each) => logOut(platform, each)))
      await pause(LONGER_THAN_STALENESS_MS)
      const statuses = await Promise.all(sessions.map((each) => statusAt(platform, each)))
      expect(statuses).toEqual(sessions.map(() => REVOKED))
    })

    if (!has.postgres) return

    it('hold no more connections than their pools allow, and no transaction', async () => {
      const session = await login(app)
      await Promise.all(instances.map((each) => statusAt(each, session)))
      const states = await connectionStates(app)
      expect(states.length).toBeGreaterThan(0)
      expect(states.length).toBeLessThanOrEqual(INSTANCES * POOL_SIZE)
      expect(states.filter((state) => state !== 'idle')).toEqual([])
    })

    it('answer a good token at once when the database has cut their connections', async () => {
      const [gone, good] = [await login(app), await login(app)]
      await Promise.all(instances.map((each) => statusAt(each, gone)))
      await logOut(app, gone)
      await cutConnections(app)
      await pause(LONGER_THAN_STALENESS_MS)
      const answers = instances.map(async (each) => [
        await statusAt(each, gone),
        await statusAt(each, good),
      ])
      expect(await Promise.all(answers)).toEqual(instances.map(() => [REVOKED, 200]))
    })

    it('answer 503 in bounded time while the ledger cannot be read, and rightly afterwards', async () => {
      const [gone, good] = [await login(app), await login(app)]
      const one = instances[0] as FunctionInstance
      expect(await isAccepted(one, gone)).toBe(true)
      await logOut(app, gone)
      await pause(LONGER_THAN_STALENESS_MS)
      const lock = await lockLedger(app)
      const startedAt = performance.now()
      const statuses = [await statusAt(one, gone), await statusAt(one, good)]
      const tookMs = performance.now() - startedAt
      await lock.release()
      expect(statuses).toEqual([503, 503])
      expect(tookMs).toBeLessThan(LONGEST_REFUSALS_MS)
      expect(await statusAt(one, gone)).toBe(REVOKED)
      expect(await statusAt(one, good)).toBe(200)
    })
  })
}
