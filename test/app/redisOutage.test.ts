import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isAccepted } from '../support/isAccepted.js'
import { type Login, login } from '../support/login.js'
import { type NextApp, startApp } from '../support/nextApp.js'
import { newAdministrator } from '../support/people.js'
import { type RedisServer, startRedis } from '../support/redisServer.js'
import { refusedWithin } from '../support/refusedWithin.js'
import { until } from '../support/until.js'

/**
 * No request may take longer, whatever the state of Redis. A command is given up after a second;
 * the rest allows for a machine that does other work too.
 */
const PATIENCE_MS = 5_000

interface Outage {
  begin(redis: RedisServer): Promise<void>
  end(redis: RedisServer): Promise<void>
}

const killed: Outage = {
  begin: (redis) => redis.kill('SIGKILL'),
  end: (redis) => redis.restart(),
}
const frozen: Outage = {
  begin: (redis) => redis.kill('SIGSTOP'),
  end: (redis) => redis.kill('SIGCONT'),
}
const emptied: Outage = {
  begin: async ({ client }) => void (await client.flushall()),
  end: async () => {},
}

let redis: RedisServer
let apps: [NextApp, NextApp]

async function start(outage?: Outage) {
  redis = await startRedis()
  await outage?.begin(redis)
  const first = await startApp({ redisUrl: redis.url })
  apps = [first, await startApp({ redisUrl: redis.url, database: first.database })]
}

async function stop() {
  await Promise.all(apps.map((app) => app.stop()))
  await redis.stop()
}

/** The outage lasts while `begin` holds. `end` lets Redis work again. */
async function expectToGoOn(what: string, { begin, end }: Partial<Outage> & Pick<Outage, 'end'>) {
  const [one, other] = [watched(apps[0]), watched(apps[1])]
  const logOut = async ({ byCookie }: Login) => {
    const response = await one.request('/api/users/logout', { method: 'POST', headers: byCookie })
    expect(response.status).toBe(200)
  }
  const person = await newAdministrator(one)
  const before = await login(one, person)
  const earlier = await login(one, person)
  await logOut(earlier)
  await refusedWithin(other, earlier, `before Redis ${what}`)
  expect(await isAccepted(other, before)).toBe(true)
  await begin?.(redis)

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

  await end(redis)
  await until('the revocations are in Redis', async () => {
    const keys = [earlier, before, during].map(({ claims }) => `revocation:jti:${claims.jti}`)
    return (await redis.client.exists(...keys)) === 3
  })
}

const WHAT_HOLDS =
  'everything goes on in time, every logout holds in both processes, and Redis learns it'

for (const [what, outage] of Object.entries({
  'is down from the start': killed,
  'hangs from the start': frozen,
})) {
  describe(`when Redis ${what}`, () => {
    beforeAll(() => start(outage))
    afterAll(stop)

    it(WHAT_HOLDS, () => expectToGoOn(what, { end: outage.end }))
  })
}

describe('when Redis was well', () => {
  beforeAll(() => start())
  afterAll(stop)

  for (const [what, outage] of Object.entries({
    'is killed in the middle': killed,
    'hangs in the middle': frozen,
    'loses its content': emptied,
  })) {
    it(`and ${what}, ${WHAT_HOLDS}`, () => expectToGoOn(what, outage))
  }
})

type Watched = NextApp & { readonly slowestMs: number }

/** The same app. It also records its slowest answer. */
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
