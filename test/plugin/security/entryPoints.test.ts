import type { CollectionConfig, Endpoint } from 'payload'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type App, createApp } from '../../support/createApp.js'
import { type Login, login } from '../../support/login.js'

/** Every part of Payload that adds endpoints. */
const collections: CollectionConfig[] = [
  { slug: 'media', upload: { staticDir: '/nowhere' }, fields: [] },
  { slug: 'pages', versions: { drafts: true }, trash: true, fields: [] },
  { slug: 'tasks', orderable: true, fields: [] },
]

let app: App
let living: Login
let revoked: Login
beforeAll(async () => {
  app = await createApp({
    configure: (config) => ({
      ...config,
      collections: [...(config.collections ?? []), ...collections],
      globals: [{ slug: 'site', versions: true, fields: [] }],
      jobs: { tasks: [{ slug: 'nothing', handler: async () => ({ output: {} }) }] },
    }),
  })
  revoked = await login(app)
  living = await login(app)
  // The gate wraps the endpoints at the first request.
  await app.request('/api/users/logout', { method: 'POST', headers: revoked.jwt })
})
afterAll(() => app.close())

interface EntryPoint {
  method: string
  path: string
  /** It needs no good token: logging in, and what OAuth 2.0 clients call. */
  isOpen: boolean
}

const OPEN = new RegExp(
  `^(?:${[
    'post /(?:users|customers)/(?:login|forgot-password|reset-password|first-register|verify/1)',
    'post /revocation/oauth/revoke',
    'get /revocation/oauth/metadata',
  ].join('|')})$`,
)

function entryPoints(): EntryPoint[] {
  const { collections: all, endpoints, globals } = app.payload.config
  const under = (prefix: string, list: Omit<Endpoint, 'root'>[] | false) =>
    (list || []).map(({ method, path }) => ({
      method,
      path: prefix + path.replace(/:\w+\??/g, '1'),
    }))
  return [
    ...under('', endpoints),
    ...all.flatMap(({ endpoints: list, slug }) => under(`/${slug}`, list)),
    ...globals.flatMap(({ endpoints: list, slug }) => under(`/globals/${slug}`, list)),
  ].map((each) => ({ ...each, isOpen: OPEN.test(`${each.method} ${each.path}`) }))
}

const show = ({ method, path }: EntryPoint, headers: HeadersInit) =>
  app.request(`/api${path}`, {
    method: method.toUpperCase(),
    headers,
    ...(method !== 'get' && method !== 'head' && { body: {} }),
  })

const isRefused = ({ headers, status }: Response) =>
  status === 401 && headers.get('WWW-Authenticate')?.includes('invalid_token') === true

describe('every endpoint of every collection, global and plugin', () => {
  it('refuses a revoked token, except for those that need no good one', async () => {
    const all = entryPoints()
    expect(all.length).toBeGreaterThan(150)
    const passed: string[] = []
    for (const each of all.filter(({ isOpen }) => !isOpen)) {
      for (const headers of [revoked.jwt, revoked.bearer, revoked.byCookie]) {
        if (!isRefused(await show(each, headers))) passed.push(`${each.method} ${each.path}`)
      }
    }
    expect(passed).toEqual([])
  })

  it('answers as without a token, if it needs no good one', async () => {
    const open = entryPoints().filter(({ isOpen }) => isOpen)
    expect(open.length).toBeGreaterThanOrEqual(10)
    for (const each of open) {
      const [stale, none] = [await show(each, revoked.byCookie), await show(each, {})]
      expect(stale.status, each.path).toBe(none.status)
      expect(isRefused(stale), each.path).toBe(false)
    }
  })

  it('refuses no living token for being revoked', async () => {
    const reading = entryPoints().filter(({ method }) => method === 'get')
    for (const each of reading) {
      expect(isRefused(await show(each, living.jwt)), each.path).toBe(false)
    }
  })
})

describe('two tokens in one request', () => {
  const status = async (headers: HeadersInit) =>
    (await app.request('/api/users/me', { headers })).status
  const cookies = (...tokens: string[]) => ({
    Cookie: tokens.map((token) => `payload-token=${token}`).join('; '),
  })

  it('never let a revoked one in', async () => {
    const other = { authorization: living.jwt.Authorization, revoked: revoked.jwt.Authorization }
    for (const headers of [
      cookies(living.token, revoked.token),
      { Authorization: other.revoked, ...cookies(living.token) },
      { Authorization: `Bearer ${revoked.token}`, ...cookies(living.token) },
    ]) {
      expect(await status(headers)).toBe(401)
    }
    const joined = `${other.revoked}, ${other.authorization}`
    const answer = await app.request('/api/users/me', { headers: { Authorization: joined } })
    expect(JSON.stringify(await answer.json())).not.toContain('member@example.com')
  })

  it('let in the one that Payload would read, if it is living', async () => {
    expect(await status(cookies(revoked.token, living.token))).toBe(200)
    const headers = { ...living.jwt, ...cookies(revoked.token) }
    expect(await status(headers)).toBe(200)
  })
})
