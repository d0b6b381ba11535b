import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { linkSession } from '../../../src/index.js'
import { type App, createApp } from '../../support/createApp.js'
import {
  createSigningKey,
  deliver,
  EVENT,
  startIdentityProvider,
  type TestProvider,
} from '../../support/identityProvider.js'
import { isAccepted } from '../../support/isAccepted.js'
import { type Login, login } from '../../support/login.js'

const logged: string[] = []
const logger = {
  options: { level: 'info' },
  destination: { write: (line: string) => void logged.push(line) },
}

describe('a logout token', () => {
  let provider: TestProvider
  let elsewhere: TestProvider
  let app: App
  /** A session that every right token of these tests would end. */
  let session: Login

  beforeAll(async () => {
    provider = await startIdentityProvider()
    elsewhere = await startIdentityProvider()
    app = await createApp({
      plugin: { identityProviders: [provider.options()] },
      configure: (config) => ({ ...config, logger }),
    })
    session = await login(app)
    const sid = String(session.claims.sid)
    await linkSession(app.payload, sid, {
      issuer: provider.issuer,
      subject: 'ada',
      idpSession: 's1',
    })
  })
  afterAll(async () => {
    await app.close()
    await Promise.all([provider.stop(), elsewhere.stop()])
  })

  const NOW = () => Math.floor(Date.now() / 1_000)
  const THEIRS = { sub: 'ada', sid: 's1' }
  const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')

  /** Signs with an HMAC, or with nothing. */
  const forged = (header: { alg: string; kid?: string }, key = '') => {
    const claims = { iss: provider.issuer, aud: 'this-app', iat: NOW(), exp: NOW() + 120 }
    const text = `${encoded(header)}.${encoded({ ...claims, ...THEIRS, jti: 'forged', events: { [EVENT]: {} } })}`
    return `${text}.${key && createHmac('sha256', key).update(text).digest('base64url')}`
  }

  const expectRefused = async (token: string) => {
    const answer = await deliver(app, token)
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
    expect(await isAccepted(app, session)).toBe(true)
    const lines = logged.join('')
    const [, claims = '-', signature = '-'] = token.split('.')
    for (const secret of [claims, signature])
      if (secret) expect(lines + answer.text).not.toContain(secret)
    return answer.body?.error_description
  }

  type Claims = Record<string, unknown>
  const WRONG: [title: string, claims: Claims | (() => Claims), header?: object][] = [
    ['for another audience', { aud: 'another-app' }],
    ['without an audience', { aud: undefined }],
    ['of another issuer', { iss: 'https://elsewhere.example.com' }],
    ['of the issuer with a slash', () => ({ iss: `${provider.issuer}/` })],
    ['without an issuer', { iss: undefined }],
    ['without events', { events: undefined }],
    ['with another event', { events: { 'http://schemas.openid.net/event/other': {} } }],
    ['whose event is no object', { events: { [EVENT]: true } }],
    ['whose events are a list', { events: [EVENT] }],
    ['with a nonce', { nonce: 'n' }],
    ['with an empty nonce', { nonce: null }],
    ['that is too old', () => ({ iat: NOW() - 400, exp: NOW() + 120 })],
    ['from the future', () => ({ iat: NOW() + 120, exp: NOW() + 240 })],
    ['that has expired', () => ({ iat: NOW() - 120, exp: NOW() - 60 })],
    ['that never expires', { exp: undefined }],
    ['without iat', { iat: undefined }],
    ['without jti', { jti: undefined }],
    ['whose jti is a number', { jti: 7 }],
    ['with neither sub nor sid', { sub: undefined, sid: undefined }],
    ['whose sid is a number', { sid: 1 }],
    ['of another type', {}, { typ: 'at+jwt' }],
    ['typed as any JWT', {}, { typ: 'JWT' }],
  ]
  for (const [title, claims, header = {}] of WRONG)
    it(`${title} is refused`, async () => {
      const wrong = typeof claims === 'function' ? claims() : claims
      await expectRefused(await provider.sign({ ...THEIRS, ...wrong }, { header }))
    })

  it('signed by another key under the name of a known one is refused', async () => {
    const key = await createSigningKey('first')
    const why = await expectRefused(await provider.sign(THEIRS, { key }))
    expect(why).toContain('signature')
    expect(logged.join('')).toContain('a logout by a provider was refused')
  })

  it('with `alg: none`, or an HMAC under the public key, is refused', async () => {
    await expectRefused(forged({ alg: 'none' }))
    const jwk = JSON.stringify(provider.key.jwk)
    for (const key of [jwk, provider.key.jwk.n ?? '', app.payload.secret])
      await expectRefused(forged({ alg: 'HS256', kid: 'first' }, key))
  })

  it('that is an ID token is refused', async () => {
    const claims = { ...THEIRS, events: undefined, nonce: 'n', jti: undefined, auth_time: NOW() }
    await expectRefused(await provider.sign(claims, { header: { typ: 'JWT' } }))
    await expectRefused(session.token)
  })

  it('brings no key and no address along: nothing but the configured address is fetched', async () => {
    const key = await createSigningKey('first')
    const address = `${elsewhere.issuer}/jwks`
    const headers = [{ jku: address }, { x5u: address }, { jwk: key.jwk }, { kid: address }]
    elsewhere.serve(key)
    provider.asked.length = 0
    for (const header of headers)
      await deliver(app, await provider.sign({ ...THEIRS, iss: elsewhere.issuer }, { header, key }))
    expect(await isAccepted(app, session)).toBe(true)
    expect(elsewhere.asked).toEqual([])
    for (const path of provider.asked) expect(path).toBe('/jwks')
  })

  it('in a body that is too large, or no form, is not read', async () => {
    expect(await deliver(app, 'x'.repeat(17 * 1_024))).toMatchObject({ status: 413 })
    const headers = { 'Content-Type': 'application/json' }
    expect(await deliver(app, 'x', { headers })).toMatchObject({ status: 415 })
    expect(await deliver(app, '')).toMatchObject({ status: 400 })
  })

  it('exists only where it was configured', async () => {
    const token = await provider.sign(THEIRS)
    expect((await deliver(app, token, { name: 'other' })).status).toBe(404)
    const get = await app.request('/api/revocation/backchannel-logout/acme')
    expect(get.status).toBe(404)
    expect(await isAccepted(app, session)).toBe(true)
  })

  it('needs no cookie, and a revoked one beside it is no hindrance', async () => {
    const ended = await login(app)
    await app.request('/api/users/logout', { method: 'POST', headers: ended.jwt })
    const mine = await login(app)
    await linkSession(app.payload, String(mine.claims.sid), {
      ...{ issuer: provider.issuer, subject: 'eve', idpSession: 's2' },
    })
    const token = await provider.sign({ sid: 's2' }, { header: { typ: undefined } })
    const answer = await deliver(app, token, { headers: ended.byCookie })
    expect(answer).toMatchObject({ status: 200 })
    expect(await isAccepted(app, mine)).toBe(false)
  })

  it('is answered 503 while the keys cannot be fetched, and may come again', async () => {
    const token = await provider.sign({ sub: 'nobody' })
    const other = await createApp({ plugin: { identityProviders: [provider.options()] } })
    provider.answer((response) => response.writeHead(500).end())
    const answer = await deliver(other, token)
    expect(answer).toMatchObject({ status: 503, body: { error: 'temporarily_unavailable' } })
    expect(answer.headers.get('Retry-After')).toBe('5')
    provider.answer()
    await expect.poll(async () => (await deliver(other, token)).status).toBe(200)
    await other.close()
  })

  it('signed by a new key counts at once, and one signed by a removed key no more', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    try {
      vi.setSystemTime(Date.now() + 10_000)
      const next = await createSigningKey('second', 'ES256')
      provider.serve(next)
      expect(await deliver(app, await provider.sign({ sid: 's3' }, { key: next }))).toMatchObject({
        status: 200,
      })
      // Just fetched: whether the provider knows another key is not asked for every token.
      const asked = provider.asked.length
      const unknown = await deliver(app, await provider.sign(THEIRS))
      expect(unknown).toMatchObject({ status: 503, body: { error: 'temporarily_unavailable' } })
      expect(provider.asked).toHaveLength(asked)
      vi.setSystemTime(Date.now() + 10_000)
      await expectRefused(await provider.sign(THEIRS))
      provider.serve(provider.key)
    } finally {
      vi.useRealTimers()
    }
  })
})
