import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type App, createApp } from '../support/createApp.js'
import { login } from '../support/login.js'
import { APP_SECRET } from '../support/nextApp.js'
import { PATHS, SERVICE } from '../support/oauth.js'
import { freshToken, type PublishingApp, startPublishingApp } from '../support/publishingApp.js'
import { sampleRevocation } from '../support/samples.js'
import { serveFetch } from '../support/serveFetch.js'
import { until } from '../support/until.js'
import { createAdapterFolder, namedSnippets } from './adapterFolder.js'
import { startWorker } from './workerd.js'

type Running = Awaited<ReturnType<typeof startWorker>>

let folder: Awaited<ReturnType<typeof createAdapterFolder>>
beforeAll(async () => {
  const workers = namedSnippets().filter(({ name }) =>
    /^(?:guarding|introspecting|looking)\.ts$/.test(name),
  )
  // It is the service of the tests.
  const snippets = workers.map(({ name, code }) => ({
    name,
    code: code.replace("id: 'orders'", `id: '${SERVICE.id}'`),
  }))
  folder = await createAdapterFolder([...snippets, TYPES])
})
afterAll(() => folder?.remove())

const TYPES = {
  name: 'cloudflare.d.ts',
  code: "declare module 'cloudflare:workers' {\n  export const env: Record<string, string>\n}\n",
}

const ask = ({ origin }: Running, token: string) =>
  fetch(origin, { headers: { Authorization: `Bearer ${token}` } })

it('the workers of docs/verify.md compile', async () => {
  await expect(folder.compile()).resolves.toBeDefined()
})

describe('a worker that introspects, without any module of Node.js', () => {
  let app: App
  let server: Awaited<ReturnType<typeof serveFetch>>
  let worker: Running
  beforeAll(async () => {
    app = await createApp({ plugin: { services: [SERVICE] } })
    server = await serveFetch((request) => app.send(request))
    const env = { ORDERS_SECRET: SERVICE.secret, INTROSPECT: server.origin + PATHS.introspect }
    worker = await startWorker({ ...folder, name: 'introspecting', env, isNode: false })
  })
  afterAll(async () => {
    await worker?.stop()
    await server?.close()
    await app?.close()
  })

  it('refuses a token as soon as it is revoked', async () => {
    const session = await login(app)
    for (let times = 0; times < 5; times += 1) {
      const answer = await ask(worker, session.token)
      expect(answer.status).toBe(200)
      expect(await answer.json()).toMatchObject({ sub: 'users:1' })
    }
    await app.request('/api/users/logout', { method: 'POST', headers: session.jwt })
    expect((await ask(worker, session.token)).status).toBe(401)
    expect((await ask(worker, 'garbage')).status).toBe(401)
  })

  it('answers 503 when the application is away', async () => {
    const { token } = await login(app)
    await server.close()
    const answer = await ask(worker, token)
    expect(answer.status).toBe(503)
    expect(answer.headers.get('Retry-After')).toBe('1')
  })
})

describe('a worker that looks every token up in Redis', () => {
  let app: PublishingApp
  let worker: Running
  beforeAll(async () => {
    app = await startPublishingApp()
    await app.revoke(sampleRevocation('jti:revoked'))
    const env = { PAYLOAD_SECRET: APP_SECRET, REDIS_URL: app.redis.url }
    worker = await startWorker({ ...folder, name: 'looking', env, isNode: true })
  })
  afterAll(async () => {
    await worker?.stop()
    await app?.stop()
  })
  const clients = async () =>
    String(await app.redis.client.client('LIST'))
      .trim()
      .split('\n').length

  it('judges request after request, and many at once, and leaves no connection open', async () => {
    const before = await clients()
    for (let times = 0; times < 10; times += 1) {
      expect((await ask(worker, freshToken())).status).toBe(200)
      expect((await ask(worker, freshToken({ jti: 'revoked' }))).status).toBe(401)
    }
    const all = Array.from({ length: 10 }, (_, i) =>
      ask(worker, freshToken(i % 2 ? { jti: 'revoked' } : {})),
    )
    const statuses = (await Promise.all(all)).map(({ status }) => status)
    expect(statuses).toEqual(Array.from({ length: 10 }, (_, i) => (i % 2 ? 401 : 200)))
    await until('its connections are closed', async () => (await clients()) <= before)
  })

  it('refuses at the next request what was revoked', async () => {
    const token = freshToken({ sid: 'ends' })
    expect((await ask(worker, token)).status).toBe(200)
    await app.revoke(sampleRevocation('sid:ends'))
    await until(
      'Redis has it',
      async () => (await app.redis.client.exists('revocation:sid:ends')) === 1,
    )
    expect((await ask(worker, token)).status).toBe(401)
  })

  it('asks about no token that nobody signed', async () => {
    const before = await app.redis.client.info('stats')
    expect((await ask(worker, freshToken({}, { secret: 'another' }))).status).toBe(401)
    const connections = (info: string) => /total_connections_received:(\d+)/.exec(info)?.[1]
    expect(connections(await app.redis.client.info('stats'))).toBe(connections(before))
  })

  it('answers 503 while Redis is away, and judges again when it is back', async () => {
    await app.redis.kill('SIGSTOP')
    expect((await ask(worker, freshToken())).status).toBe(503)
    await app.redis.kill('SIGCONT')
    await until('it judges again', async () => (await ask(worker, freshToken())).status === 200)
  })
})
