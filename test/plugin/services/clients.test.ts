import '../../support/nextEnvironment.js'
import { REST_GET } from '@payloadcms/next/routes'
import * as oauth from 'oauth4webapi'
import * as openid from 'openid-client'
import tokenIntrospection from 'token-introspection'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type App, createApp } from '../../support/createApp.js'
import { isAccepted } from '../../support/isAccepted.js'
import { type Login, login } from '../../support/login.js'
import { OTHER_SERVICE, PATHS, SERVICE } from '../../support/oauth.js'

const ISSUER = 'http://127.0.0.1:3000'

let app: App
let session: Login
let ended: Login
beforeAll(async () => {
  // The route file asks for it by no other name.
  app = await createApp({ isDefault: true, plugin: { services: [SERVICE, OTHER_SERVICE] } })
  session = await login(app)
  ended = await login(app)
  await app.request('/api/users/logout', { method: 'POST', headers: ended.jwt })
})
afterAll(() => app.close())

const toApp = (url: string | URL, init: object) => app.send(new Request(url, init))

/** Without TLS, and straight to the app instead of over the network. */
const options = { [oauth.allowInsecureRequests]: true, [oauth.customFetch]: toApp }

/** The route file of docs/oauth.md, which puts the metadata where clients look for it. */
const withRouteFile = (url: string | URL, init: object) => {
  const { pathname } = new URL(url)
  if (pathname !== '/.well-known/oauth-authorization-server') return toApp(url, init)
  const asked = REST_GET(Promise.resolve(app.config))(new Request(url, init), {
    params: Promise.resolve({ slug: ['revocation', 'oauth', 'metadata'] }),
  })
  return asked
}

async function discovered(): Promise<oauth.AuthorizationServer> {
  const issuer = new URL(ISSUER)
  const answer = await oauth.discoveryRequest(issuer, {
    ...options,
    [oauth.customFetch]: withRouteFile,
    algorithm: 'oauth2',
  })
  return oauth.processDiscoveryResponse(issuer, answer)
}

describe('oauth4webapi', () => {
  const client: oauth.Client = { client_id: SERVICE.id }
  const ways = {
    client_secret_basic: oauth.ClientSecretBasic(SERVICE.secret),
    client_secret_post: oauth.ClientSecretPost(SERVICE.secret),
  }

  for (const [way, authentication] of Object.entries(ways)) {
    it(`introspects with ${way}`, async () => {
      const server = await discovered()
      const ask = async (token: string) => {
        const answer = await oauth.introspectionRequest(
          server,
          client,
          authentication,
          token,
          options,
        )
        return oauth.processIntrospectionResponse(server, client, answer)
      }
      expect(await ask(session.token)).toMatchObject({ active: true, sub: 'users:1' })
      expect(await ask(ended.token)).toEqual({ active: false })
    })
  }

  for (const [way, authentication] of Object.entries({ ...ways, none: oauth.None() })) {
    it(`revokes with ${way}`, async () => {
      const server = await discovered()
      const mine = await login(app)
      const revoke = async (token: string) => {
        const answer = await oauth.revocationRequest(server, client, authentication, token, options)
        return oauth.processRevocationResponse(answer)
      }
      expect(await isAccepted(app, mine)).toBe(true)
      await revoke(mine.token)
      expect(await isAccepted(app, mine)).toBe(false)
      await revoke('nonsense')
    })
  }

  it('reads the challenge of a wrong secret', async () => {
    const server = await discovered()
    const wrong = oauth.ClientSecretBasic(`${SERVICE.secret}x`)
    const answer = await oauth.introspectionRequest(server, client, wrong, session.token, options)
    await expect(oauth.processIntrospectionResponse(server, client, answer)).rejects.toMatchObject({
      status: 401,
      cause: [{ scheme: 'basic', parameters: { realm: 'revocation' } }],
    })
  })
})

describe('openid-client', () => {
  it('finds the endpoints, introspects and revokes', async () => {
    const { id, secret } = SERVICE
    const config = await openid.discovery(new URL(ISSUER), id, secret, undefined, {
      algorithm: 'oauth2',
      execute: [openid.allowInsecureRequests],
      [openid.customFetch]: withRouteFile,
    })
    expect(await openid.tokenIntrospection(config, ended.token)).toEqual({ active: false })
    const mine = await login(app)
    expect(await openid.tokenIntrospection(config, mine.token)).toMatchObject({ active: true })
    await openid.tokenRevocation(config, mine.token)
    expect(await isAccepted(app, mine)).toBe(false)
    expect(await openid.tokenIntrospection(config, mine.token)).toEqual({ active: false })
  })
})

describe('token-introspection', () => {
  const { id: client_id, secret: client_secret } = SERVICE
  const ways = {
    'its id and secret': { client_id, client_secret },
    'the secret as a bearer token': { access_token: client_secret },
  }
  for (const [way, credentials] of Object.entries(ways)) {
    it(`introspects with ${way}`, async () => {
      const endpoint = ISSUER + PATHS.introspect
      const introspect = tokenIntrospection({ endpoint, fetch: toApp, ...credentials })
      expect(await introspect(session.token)).toMatchObject({ active: true })
      await expect(introspect(ended.token)).rejects.toBeInstanceOf(
        tokenIntrospection.errors.TokenNotActiveError,
      )
    })
  }
})
