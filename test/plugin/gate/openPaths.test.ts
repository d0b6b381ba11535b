import type { Endpoint } from 'payload'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createGuard } from '../../../src/next/index.js'
import { type App, createApp } from '../../support/createApp.js'
import { type Login, login } from '../../support/login.js'

const say =
  (text: string): Endpoint['handler'] =>
  ({ user }) =>
    Response.json({ text, user: user?.id ?? null })

const OPEN = { jwtRevocation: { open: true } }

/** An app with its own sign-in endpoints. */
const endpoints: Endpoint[] = [
  { method: 'get', path: '/oauth/start', handler: say('start'), custom: OPEN },
  { method: 'get', path: '/oauth/:provider/callback', handler: say('callback') },
  { method: 'post', path: '/oauth/start', handler: say('not opened') },
  { method: 'get', path: '/orders', handler: say('orders') },
]

let app: App
let dead: Login
let living: Login
beforeAll(async () => {
  app = await createApp({
    isDefault: true,
    plugin: { openPaths: ['/api/oauth/:provider/callback', '/api/users/magic-link'] },
    configure: (config) => ({
      ...config,
      cors: ['https://shop.example.com'],
      routes: { admin: '/panel' },
      endpoints,
      collections: config.collections?.map((collection) =>
        collection.slug === 'users'
          ? {
              ...collection,
              endpoints: [
                { method: 'get', path: '/magic-link', handler: say('magic link') },
                { method: 'get', path: '/single-sign-on', handler: say('sso'), custom: OPEN },
              ],
            }
          : collection,
      ),
    }),
  })
  dead = await login(app)
  await app.request('/api/users/logout', { method: 'POST', headers: dead.jwt })
  living = await login(app)
})
afterAll(() => app.close())

const guard = createGuard()
const atGuard = (path: string, { byCookie }: Login, headers: Record<string, string> = {}) =>
  guard(
    new Request(`http://127.0.0.1:3000${path}`, {
      headers: { ...byCookie, ...headers },
      method: 'GET',
    }),
  )

describe('a path that the application opened', () => {
  for (const [path, text] of [
    ['/api/oauth/start', 'start'],
    ['/api/oauth/github/callback', 'callback'],
    ['/api/users/magic-link', 'magic link'],
    ['/api/users/single-sign-on', 'sso'],
  ] as const)
    it(`ignores a dead token and accepts a living one: ${path}`, async () => {
      for (const [session, user] of [
        [dead, null],
        [living, 1],
      ] as const) {
        expect(await atGuard(path, session)).toBeUndefined()
        const answer = await app.request(path, { headers: session.byCookie })
        expect(answer.status).toBe(200)
        expect(await answer.json()).toEqual({ text, user })
      }
    })

  it('opens no other path, and no other method', async () => {
    expect((await atGuard('/api/oauth/github/callback/more', dead))?.status).toBe(401)
    for (const path of ['/api/orders', '/api/users/me']) {
      expect((await atGuard(path, dead))?.status).toBe(401)
      expect((await app.request(path, { headers: dead.byCookie })).status).toBe(401)
    }
    const post = await app.request('/api/oauth/start', { method: 'POST', headers: dead.byCookie })
    expect(post.status).toBe(401)
  })
})

describe('a guard in the process of Payload', () => {
  it('knows where the panel is, and lets pages of the allowed origins read its 401', async () => {
    expect(await atGuard('/panel/collections/users', dead)).toBeUndefined()
    const shop = 'https://shop.example.com'
    const ours = await atGuard('/api/orders', dead, { Origin: shop })
    expect(ours?.headers.get('Access-Control-Allow-Origin')).toBe(shop)
    expect(ours?.headers.get('Access-Control-Allow-Credentials')).toBe('true')
    const theirs = await atGuard('/api/orders', dead, { Origin: 'https://evil.example.com' })
    expect(theirs?.status).toBe(401)
    expect(theirs?.headers.has('Access-Control-Allow-Origin')).toBe(false)
  })
})
