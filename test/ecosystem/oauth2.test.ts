import '../support/nextEnvironment.js'
import type { Config } from 'payload'
import { OAuth2Plugin } from 'payload-oauth2'
import { afterAll, beforeAll, describe } from 'vitest'
import { itKnowsItsToken, type Visited } from '../support/itsToken.js'
import { createVisited } from '../support/visitedApp.js'

/** A provider that knows everyone by the code that they bring. */
const provider = {
  strategyName: 'oauth2',
  serverURL: 'http://127.0.0.1:3000',
  clientId: 'client',
  clientSecret: 'secret',
  providerAuthorizationUrl: 'http://127.0.0.1:3000/authorize',
  tokenEndpoint: 'http://127.0.0.1:3000/token',
  scopes: ['email'],
  authorizePath: '/oauth/authorize',
  callbackPath: '/oauth/callback',
  getToken: async (code: string) => code,
  getUserInfo: async (token: string) => ({ email: token, sub: token }),
  successRedirect: () => '/',
  failureRedirect: (_: unknown, error: unknown) => `/failed?${error}`,
}

const withOAuth2 =
  (options: object) =>
  (config: Config): Config =>
    OAuth2Plugin({ ...provider, ...options })(config)

describe('payload-oauth2 with useEmailAsIdentity: an ordinary login with a password', () => {
  let visited: Visited
  beforeAll(async () => {
    visited = await createVisited({
      strategy: 'oauth2',
      configure: withOAuth2({ useEmailAsIdentity: true }),
    })
  })
  afterAll(() => visited.app.close())

  itKnowsItsToken(() => visited)
})
