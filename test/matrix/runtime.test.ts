import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { PERSON, registerFirst } from '../install/prove.js'
import { type RedisServer, startRedis } from '../support/redisServer.js'
import { until } from '../support/until.js'
import { createRuntimeApp } from './runtimeApp.js'

const cell = inject('cell')

let redis: RedisServer
let app: Awaited<ReturnType<typeof createRuntimeApp>>
let payload: { origin: string; stop(): Promise<void> }
let guarded: { origin: string; stop(): Promise<void> }

beforeAll(async () => {
  redis = await startRedis()
  app = await createRuntimeApp(cell, {
    PAYLOAD_SECRET: 'a-secret-of-the-matrix',
    REDIS_URL: redis.url,
  })
  payload = await app.serve('payloadServer.mjs')
  guarded = await app.serve('guardServer.mjs')
  await registerFirst(payload)
})

afterAll(async () => {
  await Promise.all([payload?.stop(), guarded?.stop()])
  await redis?.stop()
  await app?.remove()
})

const ask = (path: string, { token, json }: { token?: string; json?: object } = {}) =>
  fetch(`${payload.origin}/api/users${path}`, {
    method: json ? 'POST' : 'GET',
    headers: {
      ...(json && { 'Content-Type': 'application/json' }),
      ...(token && { Authorization: `Bearer ${token}` }),
    },
    ...(json && { body: JSON.stringify(json) }),
  })

const statusOfGuarded = async (token: string) =>
  (await fetch(`${guarded.origin}/api/orders`, { headers: { Authorization: `Bearer ${token}` } }))
    .status

const logIn = async (): Promise<string> =>
  (await (await ask('/login', { json: PERSON })).json()).token

it('loads each entry point of the package, at the versions that it names', async ({ task }) => {
  const { exported, versions } = JSON.parse(await app.run('loadEntryPoints.mjs'))
  task.meta.versions = versions
  expect(versions).toEqual({
    [cell.platform]: cell.packages.node ?? cell.packages.bun,
    Payload: cell.packages.payload,
  })
  expect(exported).toEqual({
    '.': expect.arrayContaining(['jwtRevocation', 'revocations']),
    './redis': ['redisFeed'],
    './http': ['httpFeed'],
    './next': ['createGuard'],
    './verify': ['createVerifier'],
    './react': expect.arrayContaining(['LiveLogout', 'useSessions']),
    './client': expect.arrayContaining(['AdminLiveLogout']),
    './rsc': expect.arrayContaining(['RevocationView']),
  })
})

it('a token works, is logged out, and is refused', async () => {
  const token = await logIn()
  expect((await ask('', { token })).status).toBe(200)
  expect((await ask('/logout', { token, json: {} })).status).toBe(200)
  const refused = await ask('', { token })
  expect(refused.status).toBe(401)
  expect(refused.headers.get('WWW-Authenticate')).toContain('error="invalid_token"')
})

it('a process without Payload refuses it, too', async () => {
  const token = await logIn()
  expect(await statusOfGuarded(token)).toBe(200)
  expect((await ask('/logout', { token, json: {} })).status).toBe(200)
  await until('the guard refuses', async () => (await statusOfGuarded(token)) === 401)
  expect(await statusOfGuarded(await logIn())).toBe(200)
})

it('after kill -9 and a new start it is still refused', async () => {
  const [token, living] = [await logIn(), await logIn()]
  expect((await ask('/logout', { token, json: {} })).status).toBe(200)
  await payload.stop()
  payload = await app.serve('payloadServer.mjs')
  expect((await ask('', { token })).status).toBe(401)
  expect((await ask('', { token: living })).status).toBe(200)
})
