import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runtimeOf } from '../../../src/plugin/runtime/runtimeOf.js'
import { breakReads } from '../../support/breakReads.js'
import { type App, createApp } from '../../support/createApp.js'
import {
  askThrough as ask,
  documented,
  type GatewayKind,
  type Place,
  serveApp,
  startGateway,
  startObliging,
  startService,
} from '../../support/gateway.js'
import { type Login, login } from '../../support/login.js'
import { SERVICE } from '../../support/oauth.js'
import { sendBytes } from '../../support/sendBytes.js'

const plugin = { services: [SERVICE] }
const FORGED = {
  'X-Auth-Collection': 'forged-collection',
  'X-Auth-User': 'forged-user',
  'X-Auth-Session': 'forged-session',
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

  /** WSGI, CGI and PHP read `_` as if it were `-`, and PHP also `.`. */
  const SPELLINGS = ['-', '_', '.'].flatMap((one) =>
    ['-', '_', '.'].flatMap((two) => {
      const name = `X${one}Auth${two}User`
      return [name, name.toLowerCase(), name.toUpperCase()]
    }),
  )
  const withForged = (name: string): [what: string, lines: string[]] => [
    name,
    [`${name}: forged-user`],
  ]
  const smuggled: [what: string, lines: string[]][] = [
    ...SPELLINGS.map(withForged),
    ['two of them', ['X-Auth-User: forged-user', 'X-Auth-User: forged-user-2']],
    ['all three', Object.entries(FORGED).map(([name, value]) => `${name}: ${value}`)],
    ['a space before the colon', ['X-Auth-User : forged-user']],
    ['a line that goes on', ['X-Other: a', ' X-Auth-User: forged-user']],
    ['a bare line feed', ['X-Other: a\nX-Auth-User: forged-user']],
    ['a header of this connection', ['X-Auth-User: forged-user', 'Connection: X-Auth-User']],
  ]
  it.each(smuggled)('hands on no name that the client sent: %s', async (_, lines) => {
    const token = `Authorization: JWT ${session.token}`
    for (const sent of [lines, [...lines, token], [token, ...lines]]) {
      const { status, body } = await sendBytes(gateway, '/orders/42', sent)
      if (sent === lines) expect([400, 401]).toContain(status)
      if (status !== 200) continue
      const { headers } = JSON.parse(body.slice(body.indexOf('{'), body.lastIndexOf('}') + 1)) as {
        headers: Record<string, string>
      }
      const names = Object.entries(headers).filter(([name]) =>
        /auth.(?:user|coll|sess)/i.test(name),
      )
      expect(names.map(([, value]) => value).join()).not.toContain('forged')
      expect([undefined, String(session.claims.id)]).toContain(headers['x-auth-user'])
    }
  })

  it('without the lines that strip them, hands such names on', async () => {
    const careless = {
      nginx: documented('nginx').replaceAll(/^ *proxy_set_header X-Auth.*$/gm, ''),
      caddy: documented('caddy').replaceAll(/^\s*(request_header|copy_headers) .*$/gm, ''),
    }
    const open = await start(appAt, careless[kind])
    const { sent } = await ask(open, { ...session.jwt, ...FORGED })
    expect(sent['x-auth-user']).toBe('forged-user')
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
