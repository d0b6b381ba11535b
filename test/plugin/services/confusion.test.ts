import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type App, createApp } from '../../support/createApp.js'
import { type Login, login } from '../../support/login.js'
import { basic, introspected, PATHS, SERVICE, sendForm } from '../../support/oauth.js'

let app: App
let session: Login
beforeAll(async () => {
  app = await createApp({ plugin: { services: [SERVICE] }, isDefault: true })
  session = await login(app)
})
afterAll(() => app.close())

const { id, secret } = SERVICE

/** Everywhere a service's secret could be shown. */
const shown: [where: string, headers: Record<string, string>][] = [
  ['Bearer', { Authorization: `Bearer ${secret}` }],
  ['JWT', { Authorization: `JWT ${secret}` }],
  ['Basic', basic()],
  ['a cookie', { Cookie: `payload-token=${secret}` }],
  ['an API key', { Authorization: `customers API-Key ${secret}` }],
]

const json = (body: object) => ({ body })
const calls: [call: string, path: string, init: object][] = [
  ['me', '/api/users/me', {}],
  ['who am I', '/api/whoami', {}],
  ['reading', '/api/notes', {}],
  ['creating', '/api/notes', json({ title: 'by a service' })],
  ['changing a user', '/api/users/1', { method: 'PATCH', ...json({ role: 'admin' }) }],
  ['refreshing', '/api/users/refresh-token', { method: 'POST' }],
  ['logging out', '/api/users/logout', { method: 'POST' }],
  ['sessions', '/api/revocation/sessions', {}],
  ['revoking', '/api/revocation/revoke', json({ everyone: true })],
  ['verify', '/api/revocation/verify', {}],
]

describe.each(shown)('a service’s secret as %s is no user', (_, headers) => {
  const answerTo = async (path: string, init: object, own: Record<string, string>) => {
    const answer = await app.request(path, { ...init, headers: own })
    return { status: answer.status, body: await answer.text() }
  }

  it.each(calls)('%s', async (_, path, init) => {
    const anonymous = await answerTo(path, init, {})
    expect(await answerTo(path, init, headers)).toEqual(anonymous)
  })

  it('GraphQL', async () => {
    const query = '{ meUser { user { id } } }'
    const answer = await app.graphQL(query, headers)
    expect(await answer.json()).toMatchObject({ data: { meUser: { user: null } } })
  })
})

describe('a service’s secret is no password and no token', () => {
  it('nobody logs in with it', async () => {
    const answer = await app.request('/api/users/login', json({ email: id, password: secret }))
    expect(answer.status).toBe(401)
  })

  it('it is not active, and ends nothing', async () => {
    expect(await introspected(app, secret)).toEqual({ active: false })
    const { totalDocs } = await app.payload.count({ collection: 'revocations' })
    expect((await sendForm(app, PATHS.revoke, { body: { token: secret } })).status).toBe(200)
    expect((await app.payload.count({ collection: 'revocations' })).totalDocs).toBe(totalDocs)
  })
})

describe('a user’s token is no service', () => {
  const places = (): [where: string, body: Record<string, string>, headers: HeadersInit][] => [
    ['Bearer', {}, session.bearer],
    ['JWT', {}, session.jwt],
    ['a cookie', {}, session.byCookie],
    ['Basic, as its secret', {}, basic({ id, secret: session.token })],
    ['Basic, by the user’s name', {}, basic({ id: 'users:1', secret: session.token })],
    ['the form', { client_id: id, client_secret: session.token }, {}],
  ]

  it('which may introspect', async () => {
    for (const [where, body, headers] of places()) {
      const asked = { body: { token: session.token, ...body }, headers: { ...headers } }
      const answer = await sendForm(app, PATHS.introspect, asked as never)
      expect(`${where} ${answer.status}`).toBe(`${where} 401`)
      expect(await answer.json()).toMatchObject({ error: 'invalid_client' })
    }
  })

  it('which may read the feed, or ask it', async () => {
    for (const [where, , headers] of places()) {
      for (const init of [{}, json({ subjects: ['everyone'] })]) {
        const answer = await app.request('/api/revocation/feed', { ...init, headers })
        expect(`${where} ${answer.status}`).toBe(`${where} 401`)
      }
    }
  })
})
