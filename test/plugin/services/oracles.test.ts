import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runtimeOf } from '../../../src/plugin/runtime/runtimeOf.js'
import { type App, createApp } from '../../support/createApp.js'
import { type Login, login } from '../../support/login.js'
import { basic, PATHS, SERVICE, sendForm } from '../../support/oauth.js'
import { signToken } from '../../support/signToken.js'

const VERIFY = '/api/revocation/verify'

let app: App
let living: Login
let ended: Login
/** What the database was asked. A clock would see it. */
const statements: string[] = []
const refused: unknown[] = []

beforeAll(async () => {
  app = await createApp({
    plugin: {
      services: [SERVICE],
      hooks: { onRefused: (event) => void refused.push(event) },
      // No statements but those of the requests.
      ...{ pollInterval: 600, maxStaleness: 3_600 },
    },
    onStatement: (sql) => void statements.push(sql),
  })
  living = await login(app)
  ended = await login(app)
  await app.request('/api/users/logout', { method: 'POST', headers: ended.jwt })
})
afterAll(() => app.close())

/** All of an answer. */
const whole = async (answer: Response) =>
  JSON.stringify([answer.status, [...answer.headers], await answer.text()])

const forgery = (claims: object) => signToken(claims, { secret: 'another-secret' })

/** What a stranger can make up about tokens, sessions and users that exist or do not. */
const guesses = () => {
  const { claims } = living
  return {
    'a living token': forgery(claims),
    'a living session': forgery({ ...claims, jti: 'unknown' }),
    'a revoked token': forgery(ended.claims),
    'a revoked session': forgery({ ...claims, sid: ended.claims.sid, jti: 'unknown' }),
    'a user': forgery({ ...claims, sid: 'unknown', jti: 'unknown' }),
    nobody: forgery({ ...claims, id: 4711, sid: 'unknown', jti: 'unknown' }),
    'another collection': forgery({ ...claims, collection: 'customers' }),
    'no collection': forgery({ ...claims, collection: 'nowhere' }),
    'an expired token': forgery({ ...claims, exp: 1 }),
  }
}

const entries: [entry: string, ask: (token: string) => Promise<Response>][] = [
  ['introspection', (token) => sendForm(app, PATHS.introspect, { body: { token } })],
  [
    'introspection, by a stranger',
    (token) => sendForm(app, PATHS.introspect, { body: { token }, headers: {} }),
  ],
  ['revocation', (token) => sendForm(app, PATHS.revoke, { body: { token }, headers: {} })],
  ['verify', (token) => app.request(VERIFY, { headers: { Authorization: `Bearer ${token}` } })],
  [
    'verify by cookie',
    (token) => app.request(VERIFY, { headers: { Cookie: `payload-token=${token}` } }),
  ],
  [
    'verify with visitors',
    (token) =>
      app.request(`${VERIFY}?anonymous=allow`, { headers: { Authorization: `JWT ${token}` } }),
  ],
]

describe('a forged token', () => {
  it.each(entries)('learns nothing from what it names: %s', async (_, ask) => {
    statements.length = 0
    refused.length = 0
    const answers = new Map<string, string>()
    for (const [what, text] of Object.entries(guesses())) {
      answers.set(what, await whole(await ask(text)))
    }
    expect(new Set(answers.values()).size, JSON.stringify([...answers])).toBe(1)
    expect(statements).toEqual([])
    expect(refused).toEqual([])
  })

  it('leaves nothing behind, however many are tried', async () => {
    const { denylist } = runtimeOf(app.payload)
    const before = denylist.state.size
    for (let i = 0; i < 200; i += 1) {
      const text = forgery({ ...living.claims, jti: `guess-${i}`, sid: `guess-${i}` })
      for (const [, ask] of entries) await ask(text)
    }
    expect(denylist.state.size).toEqual(before)
    expect(refused).toEqual([])
  })
})

describe('a service', () => {
  it('gets the same bytes and headers about every token that is not good', async () => {
    const texts = [
      ended.token,
      signToken({ ...living.claims, exp: 1 }),
      signToken({ ...living.claims, id: 4711 }),
      signToken({ ...living.claims, collection: 'posts', id: 1 }),
      ...Object.values(guesses()),
      'nonsense',
    ]
    const answers = texts.map(async (token) =>
      whole(await sendForm(app, PATHS.introspect, { body: { token } })),
    )
    expect(new Set(await Promise.all(answers)).size).toBe(1)
  })
})

describe('the revocation of a token', () => {
  it('looks the same whether there was something to end or not', async () => {
    const { token } = await login(app)
    const texts = [token, token, ended.token, 'nonsense', ...Object.values(guesses())]
    const answers = new Set<string>()
    for (const text of texts) {
      const ask = { body: { token: text }, headers: {} }
      answers.add(await whole(await sendForm(app, PATHS.revoke, ask)))
    }
    expect(answers.size).toBe(1)
  })
})

describe('no answer about tokens may be kept', () => {
  const feed = '/api/revocation/feed'
  const asked: [what: string, status: number, ask: () => Promise<Response>][] = [
    ['verify, good', 200, () => app.request(VERIFY, { headers: living.jwt })],
    ['verify, refused', 401, () => app.request(VERIFY, { headers: ended.jwt })],
    ['verify, without a token', 401, () => app.request(VERIFY)],
    ['verify, of visitors', 200, () => app.request(`${VERIFY}?anonymous=allow`)],
    ['revocation', 200, () => sendForm(app, PATHS.revoke, { body: { token: 'x' }, headers: {} })],
    ['the feed', 200, () => app.request(feed, { headers: basic() })],
    ['the feed, refused', 401, () => app.request(feed)],
    [
      'a question to the feed',
      200,
      () => app.request(feed, { headers: basic(), body: { subjects: ['everyone'] } }),
    ],
  ]
  it.each(asked)('%s: %i', async (_, status, ask) => {
    const answer = await ask()
    expect(answer.status).toBe(status)
    expect(answer.headers.get('Cache-Control')).toContain('no-store')
  })
})
