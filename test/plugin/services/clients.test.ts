import * as oauth from 'oauth4webapi'
import * as openid from 'openid-client'
import tokenIntrospection from 'token-introspection'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type App, createApp } from '../../support/createApp.js'
import { type Login, login } from '../../support/login.js'
import { OTHER_SERVICE, PATHS, SERVICE } from '../../support/oauth.js'

const ISSUER = 'http://127.0.0.1:3000'

let app: App
let session: Login
let ended: Login
beforeAll(async () => {
  app = await createApp({ plugin: { services: [SERVICE, OTHER_SERVICE] } })
  session = await login(app)
  ended = await login(app)
  await app.request('/api/users/logout', { method: 'POST', headers: ended.jwt })
})
afterAll(() => app.close())

const toApp = (url: string | URL, init: object) => app.send(new Request(url, init))

/** Without TLS, and straight to the app instead of over the network. */
const options = { [oauth.allowInsecureRequests]: true, [oauth.customFetch]: toApp }

const server: oauth.AuthorizationServer = {
  issuer: ISSUER,
  introspection_endpoint: ISSUER + PATHS.introspect,
}

describe('oauth4webapi', () => {
  const client: oauth.Client = { client_id: SERVICE.id }
  const ways = {
    client_secret_basic: oauth.ClientSecretBasic(SERVICE.secret),
    client_secret_post: oauth.ClientSecretPost(SERVICE.secret),
  }

  for (const [way, authentication] of Object.entries(ways)) {
    it(`introspects with ${way}`, async () => {
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

  it('reads the challenge of a wrong secret', async () => {
    const wrong = oauth.ClientSecretBasic(`${SERVICE.secret}x`)
    const answer = await oauth.introspectionRequest(server, client, wrong, session.token, options)
    await expect(oauth.processIntrospectionResponse(server, client, answer)).rejects.toMatchObject({
      status: 401,
      cause: [{ scheme: 'basic', parameters: { realm: 'revocation' } }],
    })
  })
})

describe('openid-client', () => {
  it('introspects', async () => {
    const config = new openid.Configuration(server, SERVICE.id, SERVICE.secret)
    openid.allowInsecureRequests(config)
    config[openid.customFetch] = toApp
    expect(await openid.tokenIntrospection(config, session.token)).toMatchObject({ active: true })
    expect(await openid.tokenIntrospection(config, ended.token)).toEqual({ active: false })
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
