import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createVerifier } from '../../../src/verify/index.js'
import { type App, createApp } from '../../support/createApp.js'
import {
  askThrough,
  documented,
  type Place,
  startGateway,
  startService,
} from '../../support/gateway.js'
import { type Login, login } from '../../support/login.js'
import { PATHS, SERVICE } from '../../support/oauth.js'
import { serveFetch } from '../../support/serveFetch.js'

/** Whether a revoked token is still good, after it was asked about through this cache. */
type IsRevokedThrough = (extra: string) => Promise<boolean>

describe('a cache', () => {
  let app: App
  let places: Place[]
  let server: Awaited<ReturnType<typeof serveFetch>>
  beforeAll(async () => {
    app = await createApp({ plugin: { services: [SERVICE] } })
    server = await serveFetch((request) => app.send(request))
    places = [await startService()]
  })
  afterAll(async () => {
    await Promise.all(places.map((place) => place.stop()))
    await server.close()
    await app.close()
  })

  const start = async (config: string) => {
    const [service] = places as [Place]
    const behind = { app: Number(new URL(server.origin).port), service: service.port }
    const cache = 'proxy_cache_path cache keys_zone=answers:1m;'
    const gateway = await startGateway('nginx', behind, `${cache}\n${config}`)
    places.push(gateway)
    return gateway
  }

  const isGoodAfterLogout = async (isGood: (login: Login) => Promise<boolean>) => {
    const mine = await login(app)
    expect(await isGood(mine)).toBe(true)
    await app.request('/api/users/logout', { method: 'POST', headers: mine.jwt })
    return isGood(mine)
  }

  const ways: [what: string, isRevokedThrough: IsRevokedThrough][] = [
    [
      'the question of a gateway',
      async (extra) => {
        const config = documented('nginx').replace(
          'internal;',
          `internal; proxy_cache answers; proxy_cache_key $http_authorization;
           proxy_cache_valid any 1h; ${extra}`,
        )
        const gateway = await start(config)
        return isGoodAfterLogout(async ({ jwt }) => (await askThrough(gateway, jwt)).isThrough)
      },
    ],
    [
      'introspection',
      async (extra) => {
        const gateway = await start(`server {
          listen 80;
          location / {
            proxy_pass http://app:3000; proxy_cache answers; proxy_cache_methods POST;
            proxy_cache_key $request_body; proxy_cache_valid any 1h; ${extra}
          }
        }`)
        const url = `http://127.0.0.1:${gateway.port}${PATHS.introspect}`
        const { id, secret } = SERVICE
        const verify = createVerifier({ introspection: { url, id, secret } })
        return isGoodAfterLogout(async ({ token }) => (await verify(token)).ok)
      },
    ],
  ]
  describe.each(ways)('before %s', (_, isRevokedThrough) => {
    it('that ignores `no-store` keeps a revoked token alive', async () => {
      expect(await isRevokedThrough('proxy_ignore_headers Cache-Control;')).toBe(true)
    })

    it('that obeys it does not', async () => {
      expect(await isRevokedThrough('')).toBe(false)
    })
  })
})
