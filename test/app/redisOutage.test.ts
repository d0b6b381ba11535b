import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isAccepted } from '../support/isAccepted.js'
import { type Login, login } from '../support/login.js'
import { type NextApp, startApp } from '../support/nextApp.js'
import { newAdministrator } from '../support/people.js'
import { type RedisServer, startRedis } from '../support/redisServer.js'
import { refusedWithin } from '../support/refusedWithin.js'
import { until } from '../support/until.js'

/** No request may take longer, be Redis as dead as it likes. */
const PATIENCE_MS = 1_500

interface Outage {
  /** What is wrong before the apps start. */
  before?(redis: RedisServer): Promise<void>
  /** What goes wrong while they run. */
  midway?(redis: RedisServer): Promise<void>
  /** How it ends. */
  end(redis: RedisServer): Promise<void>
}

const outages: Record<string, Outage> = {
  'is down from the start': {
    before: (redis) => redis.kill('SIGKILL'),
    end: (redis) => redis.restart(),
  },
  'is killed in the middle': {
    midway: (redis) => redis.kill('SIGKILL'),
    end: (redis) => redis.restart(),
  },
  'hangs from the start': {
    before: (redis) => redis.kill('SIGSTOP'),
    end: (redis) => redis.kill('SIGCONT'),
  },
  'hangs in the middle': {
    midway: (redis) => redis.kill('SIGSTOP'),
    end: (redis) => redis.kill('SIGCONT'),
  },
  'loses its content': {
    midway: async ({ client }) => void (await client.flushall()),
    end: async () => {},
  },
}

for (const [what, outage] of Object.entries(outages)) {
  describe(`when Redis ${what}`, () => {
    let redis: RedisServer
    let one: Watched
    let other: Watched

    beforeAll(async () => {
      redis = await startRedis()
      await outage.before?.(redis)
      const first = await startApp({ redisUrl: redis.url })
      one = watched(first)
      other = watched(await startApp({ redisUrl: redis.url, database: first.database }))
    })
    afterAll(async () => {
      await Promise.all([one?.stop(), other?.stop()])
      await redis?.stop()
    })

    const logOut = async ({ byCookie }: Login) => {
      const response = await one.request('/api/users/logout', { method: 'POST', headers: byCookie })
      expect(response.status).toBe(200)
    }

    it('everything goes on in time, every logout holds in both processes, and Redis learns it', async () => {
      const person = await newAdministrator(one)
      const before = await login(one, person)
      const earlier = await login(one, person)
      await logOut(earlier)
      await refusedWithin(other, earlier, `before Redis ${what}`)
      expect(await isAccepted(other, before)).toBe(true)
      await outage.midway?.(redis)

      const during = await login(one, person)
      for (const session of [before, during]) {
        expect(await isAccepted(one, session)).toBe(true)
        expect(await isAccepted(other, session)).toBe(true)
        await logOut(session)
        expect(await isAccepted(one, session)).toBe(false)
      }
      await refusedWithin(other, before, `Redis ${what}, a token from before`)
      await refusedWithin(other, during, `Redis ${what}, a token from meanwhile`)
      expect(await isAccepted(one, earlier)).toBe(false)
      expect(await isAccepted(other, earlier)).toBe(false)
      console.log(`Redis ${what}: the slowest request took ${slowest(one, other).toFixed(0)} ms`)
      expect(slowest(one, other)).toBeLessThan(PATIENCE_MS)

      await outage.end(redis)
      await until('the revocations are in Redis', async () => {
        const keys = [earlier, before, during].map(({ claims }) => `revocation:jti:${claims.jti}`)
        return (await redis.client.exists(...keys)) === 3
      })
    })
  })
}

type Watched = NextApp & { readonly slowestMs: number }

/** The same app, with the time of its slowest answer. */
function watched(app: NextApp): Watched {
  let slowestMs = 0
  return {
    ...app,
    async request(...args) {
      const start = performance.now()
      const response = await app.request(...args)
      slowestMs = Math.max(slowestMs, performance.now() - start)
      return response
    },
    get slowestMs() {
      return slowestMs
    },
  }
}

const slowest = (...apps: Watched[]) => Math.max(...apps.map(({ slowestMs }) => slowestMs))
