import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { JwtRevocationOptions } from '../../../src/index.js'
import { runtimeOf } from '../../../src/plugin/runtime/runtimeOf.js'
import { redisFeed } from '../../../src/redis/index.js'
import { breakReads } from '../../support/breakReads.js'
import { type App, createApp } from '../../support/createApp.js'
import { isAccepted } from '../../support/isAccepted.js'
import { login } from '../../support/login.js'
import { type RedisServer, startRedis } from '../../support/redisServer.js'

/** So slow that the index is stale at once and stays stale, once `read` fails. */
const SOON_STALE = { maxStaleness: 0.1, pollInterval: 0.05 }

const apps: App[] = []
const appWith = async (plugin: JwtRevocationOptions, database?: string) => {
  const app = await createApp({ plugin, database })
  apps.push(app)
  return app
}
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()))
})

const statusWith = async (app: App, headers: HeadersInit) =>
  (await app.request('/api/posts', { headers })).status

const isStale = ({ payload }: App) =>
  expect.poll(() => runtimeOf(payload).denylist.state.stalenessMs).toBeGreaterThan(100)

describe('past maxStaleness', () => {
  it('`accept` accepts a token that nothing known revokes, and refuses one that is known', async () => {
    const app = await appWith({ ...SOON_STALE, whenStale: 'accept' })
    const [living, revoked] = [await login(app), await login(app)]
    await app.request('/api/users/logout', { method: 'POST', headers: revoked.jwt })
    breakReads(app.payload)
    await isStale(app)
    expect(await statusWith(app, living.jwt)).toBe(200)
    expect(await statusWith(app, revoked.jwt)).toBe(401)
  })

  it('`ask` looks the token up in the ledger', async () => {
    const one = await appWith({ ...SOON_STALE, whenStale: 'ask' })
    const two = await appWith({ ...SOON_STALE, whenStale: 'ask' }, one.database)
    const [living, revoked] = [await login(one), await login(one)]
    expect(await isAccepted(two, revoked)).toBe(true)
    breakReads(two.payload, { isLookupPossible: true })
    await one.request('/api/users/logout', { method: 'POST', headers: revoked.jwt })
    await isStale(two)
    expect(await statusWith(two, living.jwt)).toBe(200)
    expect(await statusWith(two, revoked.jwt)).toBe(401)
  })

  it('`ask` refuses with 503 when nothing can be asked', async () => {
    const app = await appWith({ ...SOON_STALE, whenStale: 'ask' })
    const living = await login(app)
    breakReads(app.payload)
    await expect.poll(() => statusWith(app, living.jwt)).toBe(503)
  })
})

describe('strict mode', () => {
  let redis: RedisServer
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis.stop())

  it('looks up every token, so another instance refuses at once without following', async () => {
    const strict = () => ({ strict: true, feed: redisFeed({ url: redis.url }) })
    const one = await appWith({ ...strict(), strict: false })
    const two = await appWith(strict(), one.database)
    const session = await login(one)
    expect(await isAccepted(one, session)).toBe(true)
    expect(await isAccepted(two, session)).toBe(true)
    await one.request('/api/users/logout', { method: 'POST', headers: session.jwt })
    expect(await isAccepted(two, session)).toBe(false)
  })

  it('asks the ledger if there is no feed', async () => {
    const one = await appWith({ strict: true })
    const two = await appWith({ strict: true }, one.database)
    const session = await login(one)
    expect(await isAccepted(two, session)).toBe(true)
    await one.request('/api/users/logout', { method: 'POST', headers: session.jwt })
    expect(await isAccepted(two, session)).toBe(false)
  })
})
