import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type App, createApp } from '../../support/createApp.js'
import { type Login, login } from '../../support/login.js'
import { basic, OTHER_SERVICE, PATHS, SERVICE, sendForm } from '../../support/oauth.js'

let app: App
let session: Login
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  app = await createApp({ plugin: { services: [SERVICE, OTHER_SERVICE] } })
  session = await login(app)
})
afterAll(async () => {
  await app.close()
  vi.useRealTimers()
})

const { id, secret } = SERVICE
const bearer = (text: string) => ({ Authorization: `Bearer ${text}` })

/** So that the limit of failures of one test is not that of the next. */
const passTime = () => vi.advanceTimersByTime(60_000)

const ask = async (body: Record<string, string>, headers: Record<string, string> = {}) => {
  const answer = await sendForm(app, PATHS.introspect, {
    body: { token: session.token, ...body },
    headers,
  })
  const { active, error } = (await answer.json()) as { active?: boolean; error?: string }
  return { status: answer.status, ...(error ? { error } : { active }) }
}

const ACTIVE = { status: 200, active: true }
const REFUSED = { status: 401, error: 'invalid_client' }
const MALFORMED = { status: 400, error: 'invalid_request' }

const encoded = (text: string) =>
  text.replace(/\W/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

describe('a service authenticates', () => {
  const ways: [way: string, body: Record<string, string>, headers?: Record<string, string>][] = [
    ['client_secret_basic', {}, basic()],
    ['client_secret_basic, form-encoded', {}, basic({ id: encoded(id), secret: encoded(secret) })],
    ['client_secret_basic, the scheme in lower case', {}, lowerCase(basic())],
    ['client_secret_basic and its own client_id', { client_id: id }, basic()],
    ['client_secret_post', { client_id: id, client_secret: secret }],
    ['a bearer token', {}, bearer(secret)],
  ]
  it.each(ways)('by %s', async (_, body, headers) => {
    expect(await ask(body, headers)).toEqual(ACTIVE)
  })

  const wrong: [what: string, body: Record<string, string>, headers?: Record<string, string>][] = [
    ['nothing', {}],
    ['its id alone', { client_id: id }],
    ['a wrong secret', {}, basic({ id, secret: `${secret}x` })],
    ['the secret of another service', {}, basic({ id, secret: OTHER_SERVICE.secret })],
    [
      'the secret of another service in the form',
      { client_id: id, client_secret: OTHER_SERVICE.secret },
    ],
    ['an unknown id', {}, basic({ id: 'nobody', secret })],
    ['a secret without an id', { client_secret: secret }],
    ['an empty id', {}, basic({ id: '', secret })],
    ['no colon', {}, { Authorization: `Basic ${Buffer.from(id + secret).toString('base64')}` }],
    ['an encoding that is none', {}, basic({ id: `${id}%zz`, secret })],
    ['a wrong bearer token', {}, bearer(`${secret}x`)],
    ['its id as bearer token', {}, bearer(id)],
    ['another scheme', {}, { Authorization: `JWT ${secret}` }],
    ['a scheme alone', {}, { Authorization: 'Basic' }],
    [
      'two headers',
      {},
      { Authorization: `${basic().Authorization}, ${bearer(secret).Authorization}` },
    ],
    ['an assertion', { client_id: id, client_assertion: 'x' }],
  ]
  it.each(wrong)('not by %s', async (_, body, headers) => {
    passTime()
    expect(await ask(body, headers)).toEqual(REFUSED)
  })

  const twoWays: typeof ways = [
    ['the header and the form', { client_id: id, client_secret: secret }, basic()],
    ['a bearer token and the form', { client_secret: secret }, bearer(secret)],
    ['the header and an assertion', { client_assertion: 'x' }, basic()],
    ['the header of one and the id of another', { client_id: OTHER_SERVICE.id }, basic()],
  ]
  it.each(twoWays)('in one way only, not by %s', async (_, body, headers) => {
    expect(await ask(body, headers)).toEqual(MALFORMED)
  })

  it('with a challenge that says how, when it did not', async () => {
    const answer = await sendForm(app, PATHS.introspect, { body: { token: 'x' }, headers: {} })
    expect(answer.headers.get('WWW-Authenticate')).toBe('Basic realm="revocation"')
  })

  it('before its token is looked at: the answer to a stranger is the same for every token', async () => {
    passTime()
    const answers = await Promise.all(
      [session.token, 'nonsense', ''].map(async (token) => {
        const answer = await sendForm(app, PATHS.introspect, {
          body: { token },
          headers: bearer('x'),
        })
        return `${answer.status} ${await answer.text()}`
      }),
    )
    expect(new Set(answers).size).toBe(1)
    expect(answers[0]).toMatch(/^401 /)
  })
})

describe('wrong secrets', () => {
  const guess = async (named = id) => {
    const answer = await sendForm(app, PATHS.introspect, {
      body: { token: session.token },
      headers: basic({ id: named, secret: 'a-guess-that-is-long-enough-to-be-one' }),
    })
    return { status: answer.status, retryAfter: Number(answer.headers.get('Retry-After')) }
  }

  it('are slowed down after ten, for a known and an unknown service alike', async () => {
    for (const named of [id, 'nobody']) {
      // One of 256 runs counts both names at the same place.
      passTime()
      for (let count = 0; count < 10; count += 1) {
        expect(await guess(named)).toEqual({ status: 401, retryAfter: 0 })
      }
      const late = await guess(named)
      expect(late.status).toBe(429)
      expect(late.retryAfter).toBeGreaterThan(0)
      expect(late.retryAfter).toBeLessThanOrEqual(6)
    }
  })

  it('do not lock the service out: its right secret is accepted among them', async () => {
    for (let count = 0; count < 12; count += 1) await guess()
    expect((await guess()).status).toBe(429)
    expect(await ask({}, basic())).toEqual(ACTIVE)
  })

  it('do not prolong the wait, and may come again after it', async () => {
    passTime()
    for (let count = 0; count < 50; count += 1) await guess()
    const { status, retryAfter } = await guess()
    expect(status).toBe(429)
    vi.advanceTimersByTime(retryAfter * 1_000)
    expect((await guess()).status).toBe(401)
    expect((await guess()).status).toBe(429)
  })
})

function lowerCase({ Authorization }: { Authorization: string }) {
  return { Authorization: Authorization.replace('Basic', 'basic') }
}
