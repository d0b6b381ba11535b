import { createHash } from 'node:crypto'
import type { Config } from 'payload'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createGuard } from '../../src/next/index.js'
import { verifyToken } from '../../src/plugin/request/verifyToken.js'
import { redisFeed } from '../../src/redis/index.js'
import { type App, createApp } from '../support/createApp.js'
import { isAccepted } from '../support/isAccepted.js'
import { type Login, login, loginFrom } from '../support/login.js'
import { type RedisServer, startRedis } from '../support/redisServer.js'

const OLD = 'the-secret-of-last-year'
const NEW = 'the-secret-of-this-year'

/** Payload's key of a secret. */
const keyOf = (secret: string) => createHash('sha256').update(secret).digest('hex').slice(0, 32)

describe('a token of a previous secret', () => {
  let redis: RedisServer
  let before: App
  let app: App
  const feeds: { close(): Promise<void> }[] = []
  const feed = () => {
    const made = redisFeed({ url: redis.url })
    feeds.push(made)
    return made
  }
  beforeAll(async () => {
    redis = await startRedis()
    before = await createApp({ configure: (config) => ({ ...config, secret: OLD }) })
    const withBoth = (config: Config): Config =>
      ({ ...config, secret: NEW, previousSecrets: [OLD] }) as Config
    app = await createApp({
      database: before.database,
      configure: withBoth,
      plugin: { feed: feed() },
    })
  })
  afterAll(async () => {
    await app?.close()
    await before?.close()
    await Promise.all(feeds.map((each) => each.close()))
    await redis?.stop()
  })

  const isSignedBy = (secret: string, { token }: Login) =>
    verifyToken({ secret: keyOf(secret) }, token) !== undefined

  it('is accepted until it is revoked, and then refused by the gate', async () => {
    const session = await login(before)
    expect(await isAccepted(app, session)).toBe(true)
    const out = await app.request('/api/users/logout', { method: 'POST', headers: session.jwt })
    expect(out.status).toBe(200)
    expect(await isAccepted(app, session)).toBe(false)
    const answer = await app.request('/api/users/me', { headers: session.jwt })
    expect(answer.status).toBe(401)
  })

  it('is refused by a guard that knows both secrets', async () => {
    const guard = createGuard({ feed: feed(), secret: [NEW, OLD] })
    const session = await login(before)
    const visit = () => guard(new Request('http://127.0.0.1/orders', { headers: session.jwt }))
    expect(await visit()).toBeUndefined()
    await app.request('/api/users/logout', { method: 'POST', headers: session.jwt })
    await expect.poll(async () => (await visit())?.status).toBe(401)
  })

  it('is refreshed into a token of the new secret, and dies with its session', async () => {
    const session = await login(before)
    expect(isSignedBy(OLD, session)).toBe(true)
    const answer = await app.request('/api/users/refresh-token', {
      method: 'POST',
      headers: session.jwt,
    })
    const next = loginFrom(((await answer.json()) as { refreshedToken: string }).refreshedToken)
    expect(isSignedBy(NEW, next)).toBe(true)
    expect(next.claims.sid).toBe(session.claims.sid)
    await app.request('/api/users/logout', { method: 'POST', headers: next.jwt })
    expect(await isAccepted(app, session)).toBe(false)
    expect(await isAccepted(app, next)).toBe(false)
  })

  it('is not taken for one when neither secret signed it', async () => {
    const stranger = await createApp({ configure: (config) => ({ ...config, secret: 'another' }) })
    const session = await login(stranger)
    await stranger.close()
    const out = await app.request('/api/users/logout', { method: 'POST', headers: session.jwt })
    expect(out.status).toBe(400)
    expect((await app.request('/api/posts', { headers: session.jwt })).status).toBe(200)
  })

  it('a login signs with the new secret', async () => {
    expect(isSignedBy(NEW, await login(app))).toBe(true)
  })
})
