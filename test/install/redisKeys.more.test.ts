import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Revocation, Subject } from '../../src/core/revocation.js'
import { uuidv7 } from '../../src/core/uuidv7.js'
import { APP_SECRET } from '../support/nextApp.js'
import { freshToken, type PublishingApp, startPublishingApp } from '../support/publishingApp.js'
import { sampleRevocation } from '../support/samples.js'
import { until } from '../support/until.js'
import { createLanguageServices } from './languageServices.js'

let app: PublishingApp
let services: ReturnType<typeof createLanguageServices>
let statusOf: (token?: string) => Promise<number>
beforeAll(async () => {
  app = await startPublishingApp()
  services = createLanguageServices({ PAYLOAD_SECRET: APP_SECRET, REDIS_URL: app.redis.url })
  const ask = await services.python('serve_keys')
  statusOf = async (token) => (await ask(token)).status
})
afterAll(async () => {
  await services?.stop()
  await app?.stop()
})

const get = (name: string) => app.redis.client.get(`revocation:${name}`)

const revoke = async (subject: Subject, more: Partial<Revocation> = {}) => {
  const before = await get(subject)
  await app.revoke(sampleRevocation(subject, more))
  await until('Redis has it', async () => (await get(subject)) !== before)
}

/** All tokens and cut-offs of these tests are so many milliseconds after this. */
const START = Date.now() - 60_000

const issued = (after: number, claims: object = {}) => {
  const jti = uuidv7(START + after)
  return { jti, text: freshToken({ jti, ...claims }) }
}

const statuses = (...tokens: { text: string }[]) =>
  Promise.all(tokens.map(({ text }) => statusOf(text)))

it('refuses a token and a session', async () => {
  const [one, two, three] = ['one', 'two', 'two'].map((sid) => issued(0, { sid }))
  if (!one || !two || !three) throw new Error('no tokens')
  expect(await statuses(one, two, three)).toEqual([200, 200, 200])
  await revoke(`jti:${one.jti}`)
  await revoke('sid:two')
  expect(await statuses(one, two, three)).toEqual([401, 401, 401])
})

it('refuses what was issued before a cut-off, except in the session that it spares', async () => {
  const [spared, other] = [issued(0, { sid: 'ä session, 100%' }), issued(10)]
  const [later, stranger] = [issued(11), issued(10, { id: 'of another user' })]
  const all = () => statuses(spared, other, later, stranger)
  expect(await all()).toEqual([200, 200, 200, 200])
  await revoke('user:users:1', { cutoff: START + 10, exceptSession: 'ä session, 100%' })
  expect(await all()).toEqual([200, 401, 200, 200])
  await revoke('user:users:1', { cutoff: START + 5 })
  expect(await all()).toEqual([401, 401, 200, 200])
  await revoke('everyone', { cutoff: START + 10 })
  expect(await all()).toEqual([401, 401, 200, 401])
})

it('lets a refreshed token live until its grace is over', async () => {
  const token = issued(20)
  await revoke(`jti:${token.jti}`, { effectiveAt: Date.now() + 3_000_000, reason: 'rotated' })
  expect(await statuses(token)).toEqual([200])
  await revoke(`jti:${token.jti}`, { effectiveAt: Date.now() - 1, reason: 'rotated' })
  expect(await statuses(token)).toEqual([401])
})

it('refuses a request without a token, and with a forged one or one of another kind', async () => {
  expect(await statusOf()).toBe(401)
  const forged = [
    freshToken({}, { secret: 'another-secret' }),
    freshToken({}, { header: { alg: 'none' } }),
    freshToken({}, { header: { authVersion: undefined } }),
    freshToken({ exp: 1 }),
    freshToken({ exp: undefined }),
    freshToken({ jti: undefined }),
    freshToken({ jti: 'a-name' }),
    freshToken({ jti: randomUUID() }),
    freshToken({ sid: undefined }),
    freshToken({ collection: undefined }),
    'a.b.c',
  ]
  expect(await Promise.all(forged.map(statusOf))).toEqual(forged.map(() => 401))
})

describe('after the last application has ended', () => {
  const set = (name: string, value: string) =>
    value
      ? app.redis.client.set(`revocation:${name}`, value)
      : app.redis.client.del(`revocation:${name}`)
  /** What an application would say that is still there. */
  const vouch = async (value: string) => {
    const [seconds] = await app.redis.client.time()
    await set('heartbeat', value.replace(/\d+/, `${seconds}000`))
  }

  const losses: [name: string, what: string, change: (value: string) => string][] = [
    ['epoch', 'missing', () => ''],
    ['epoch', 'of another server', (value) => value.replace(/\S+$/, 'another')],
    ['heartbeat', 'missing', () => ''],
    ['heartbeat', 'old', (value) => value.replace(/\d+/, (ms) => String(Number(ms) - 60_000))],
    ['heartbeat', 'ahead', (value) => value.replace(/\d+/, (ms) => String(Number(ms) + 600_000))],
    ['heartbeat', 'of another filling', (value) => value.replace(/\S+$/, 'another')],
  ]
  it.each(losses)('answers 503 with the %s %s', async (name, _, change) => {
    await app.leave()
    await vouch(String(await get('heartbeat')))
    expect(await statuses(issued(20))).toEqual([200])
    const value = String(await get(name))
    await set(name, change(value))
    expect(await statuses(issued(20))).toEqual([503])
    await set(name, value)
  })
})

it('answers 503 when Redis hangs, and when it is gone', async () => {
  const token = issued(20)
  await app.redis.kill('SIGSTOP')
  expect(await statuses(token)).toEqual([503])
  await app.redis.kill('SIGKILL')
  expect(await statuses(token)).toEqual([503])
})
