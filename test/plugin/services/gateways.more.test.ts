import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runtimeOf } from '../../../src/plugin/runtime/runtimeOf.js'
import { breakReads } from '../../support/breakReads.js'
import { type App, createApp } from '../../support/createApp.js'
import {
  documented,
  type GatewayKind,
  type Place,
  serve,
  serveApp,
  startGateway,
} from '../../support/gateway.js'
import { type Login, login } from '../../support/login.js'
import { SERVICE } from '../../support/oauth.js'
import { rawRequest } from '../../support/rawRequest.js'

const plugin = { services: [SERVICE] }
const FORGED = { 'X-Auth-Collection': 'users', 'X-Auth-User': '999', 'X-Auth-Session': 'forged' }

/** The service behind the gateway: it tells what it was sent. */
const startService = () =>
  serve((incoming, outgoing) => {
    outgoing.end(JSON.stringify({ path: incoming.url, headers: incoming.headers }))
  })

/** A server that takes every path for its own, such as a page “not found” with status 200. */
async function startObliging() {
  const asked: (string | undefined)[] = []
  const place = await serve((incoming, outgoing) => {
    asked.push(incoming.url)
    outgoing.end('welcome')
  })
  return { ...place, asked }
}

async function ask(gateway: Place, headers: Record<string, string> = {}, path = '/orders/42') {
  const origin = `http://127.0.0.1:${gateway.port}`
  const { status, body, header } = await rawRequest({ origin }, path, { headers })
  const isThrough = status === 200
  const sent = isThrough ? (JSON.parse(body) as { headers: Record<string, string> }).headers : {}
  return { status, isThrough, sent, header }
}

const KINDS: GatewayKind[] = ['nginx', 'caddy']

describe.each(KINDS)('%s, as documented', (kind) => {
  let app: App
  let places: Place[]
  let service: Place
  let appAt: Place
  let gateway: Place
  let session: Login
  beforeAll(async () => {
    app = await createApp({ plugin })
    session = await login(app)
    appAt = await serveApp(app)
    service = await startService()
    gateway = await startGateway(kind, { app: appAt.port, service: service.port })
    places = [gateway, appAt, service]
  })
  afterAll(async () => {
    await Promise.all(places.map((place) => place.stop()))
    await app.close()
  })

  const start = async (app: Place, config?: string) => {
    const place = await startGateway(kind, { app: app.port, service: service.port }, config)
    places.push(place)
    return place
  }

  it('passes a good token on, with the names of its user and session', async () => {
    for (const way of ['byCookie', 'jwt', 'bearer'] as const) {
      const { isThrough, sent } = await ask(gateway, session[way])
      expect(isThrough).toBe(true)
      expect(sent).toMatchObject({
        'x-auth-collection': 'users',
        'x-auth-user': String(session.claims.id),
        'x-auth-session': session.claims.sid,
      })
    }
  })

  it('refuses a token from the moment of its revocation, and who shows none', async () => {
    const mine = await login(app)
    expect((await ask(gateway, mine.byCookie)).isThrough).toBe(true)
    await app.request('/api/users/logout', { method: 'POST', headers: mine.jwt })
    const refused = await ask(gateway, mine.byCookie)
    expect(refused.status).toBe(401)
    expect(refused.header('WWW-Authenticate')[0]).toMatch(/^Bearer error="invalid_token"/)
    expect((await ask(gateway)).status).toBe(401)
    expect((await ask(gateway, { Authorization: `Bearer ${SERVICE.secret}` })).status).toBe(401)
  })

  it('hands on no name that the client sent, in any spelling', async () => {
    const spelt = Object.fromEntries(
      Object.entries(FORGED).flatMap(([name, value]) => [
        [name, value],
        [name.replaceAll('-', '_'), value],
      ]),
    )
    const { isThrough, sent } = await ask(gateway, { ...session.jwt, ...spelt })
    expect(isThrough).toBe(true)
    expect(Object.values(sent)).not.toContain('999')
    expect(Object.values(sent)).not.toContain('forged')
    expect(sent['x-auth-user']).toBe(String(session.claims.id))
    expect((await ask(gateway, spelt)).status).toBe(401)
  })

  it('without the lines that strip them, hands such names on', async () => {
    const careless = {
      nginx: documented('nginx').replaceAll(/^ *proxy_set_header X-Auth.*$/gm, ''),
      caddy: documented('caddy').replaceAll(/^\s*(request_header|copy_headers) .*$/gm, ''),
    }
    const open = await start(appAt, careless[kind])
    const { sent } = await ask(open, { ...session.jwt, ...FORGED })
    expect(sent['x-auth-user']).toBe('999')
  })

  it('lets nobody in who writes `?anonymous=allow` into the own address', async () => {
    expect((await ask(gateway, {}, '/orders?anonymous=allow')).status).toBe(401)
    expect((await ask(gateway, {}, '/?anonymous=allow')).status).toBe(401)
  })

  it('with `?anonymous=allow` of its own lets visitors in, without names', async () => {
    const config = documented(kind).replace('/verify', '/verify?anonymous=allow')
    const open = await start(appAt, config)
    const { isThrough, sent } = await ask(open, FORGED)
    expect(isThrough).toBe(true)
    for (const name of Object.keys(FORGED)) expect(sent[name.toLowerCase()] ?? '').toBe('')
    expect((await ask(open, session.jwt)).sent['x-auth-collection']).toBe('users')
    const dead = await login(app)
    await app.request('/api/users/logout', { method: 'POST', headers: dead.jwt })
    expect((await ask(open, dead.byCookie)).status).toBe(401)
  })

  it('stays closed when the application cannot tell, or is gone', async () => {
    const stale = await createApp({ plugin: { ...plugin, maxStaleness: 0.1, pollInterval: 0.05 } })
    const mine = await login(stale)
    const staleAt = await serveApp(stale)
    const closing = await start(staleAt)
    expect((await ask(closing, mine.jwt)).isThrough).toBe(true)
    breakReads(stale.payload)
    await expect.poll(() => runtimeOf(stale.payload).denylist.state.isFresh).toBe(false)
    expect((await ask(closing, mine.jwt)).status).toBe({ nginx: 500, caddy: 503 }[kind])
    await staleAt.stop()
    expect((await ask(closing, mine.jwt)).status).toBe({ nginx: 500, caddy: 502 }[kind])
    await stale.close()
  })

  it('opens the door if what it asks answers 200 to everything: the warning of the page is true', async () => {
    const obliging = await startObliging()
    places.push(obliging)
    const open = await start(obliging)
    expect((await ask(open, {}, '/orders?anonymous=allow')).isThrough).toBe(true)
    const query = { nginx: '', caddy: '?anonymous=allow' }[kind]
    expect(obliging.asked.at(-1)).toBe(`/api/revocation/verify${query}`)
  })
})

describe('a cache in front of the question', () => {
  let app: App
  let places: Place[]
  beforeAll(async () => {
    app = await createApp({ plugin })
    places = [await serveApp(app), await startService()]
  })
  afterAll(async () => {
    await Promise.all(places.map((place) => place.stop()))
    await app.close()
  })

  /** Whether a revoked token still comes through nginx with a cache for the question. */
  async function isRevokedThrough(extra: string): Promise<boolean> {
    const [appAt, service] = places as [Place, Place]
    const config = documented('nginx').replace(
      'internal;',
      `internal; proxy_cache answers; proxy_cache_key $http_authorization;
       proxy_cache_valid any 1h; ${extra}`,
    )
    const cache = 'proxy_cache_path cache keys_zone=answers:1m;'
    const behind = { app: appAt.port, service: service.port }
    const gateway = await startGateway('nginx', behind, `${cache}\n${config}`)
    places.push(gateway)
    const mine = await login(app)
    expect((await ask(gateway, mine.jwt)).isThrough).toBe(true)
    await app.request('/api/users/logout', { method: 'POST', headers: mine.jwt })
    return (await ask(gateway, mine.jwt)).isThrough
  }

  it('that ignores `no-store` keeps a revoked token alive', async () => {
    expect(await isRevokedThrough('proxy_ignore_headers Cache-Control;')).toBe(true)
  })

  it('that obeys it does not', async () => {
    expect(await isRevokedThrough('')).toBe(false)
  })
})
