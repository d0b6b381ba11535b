import { type Config, type PayloadRequest, parseCookies } from 'payload'
import { OAuth2Plugin } from 'payload-oauth2'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readClaims } from '../../src/core/readClaims.js'
import { linkSession } from '../../src/index.js'
import { type App, createApp } from '../support/createApp.js'
import { createFormBrowser } from '../support/formBrowser.js'
import { isAccepted } from '../support/isAccepted.js'
import { startOidcProvider } from '../support/oidcProvider.js'
import { serveFetch } from '../support/serveFetch.js'

let app: App
let front: Awaited<ReturnType<typeof serveFetch>>
let provider: Awaited<ReturnType<typeof startOidcProvider>>

beforeAll(async () => {
  front = await serveFetch((request) => app.send(request))
  provider = await startOidcProvider({ app: front.origin })
  const { client, issuer } = provider

  /** The recipe of docs/backchannel-logout.md. */
  const withProvider = (config: Config): Config =>
    OAuth2Plugin({
      strategyName: 'acme',
      serverURL: front.origin,
      clientId: client.id,
      clientSecret: client.secret,
      providerAuthorizationUrl: `${issuer}/auth`,
      tokenEndpoint: `${issuer}/token`,
      scopes: ['openid', 'email'],
      pkceEnabled: true,
      useEmailAsIdentity: true,
      getToken: async (code: string, req: PayloadRequest) => {
        const answer = await fetch(`${issuer}/token`, {
          method: 'POST',
          body: new URLSearchParams({
            grant_type: 'authorization_code',
            code,
            redirect_uri: `${front.origin}/api/users/oauth/callback`,
            client_id: client.id,
            client_secret: client.secret,
            code_verifier: parseCookies(req.headers).get('pkce_verifier') ?? '',
          }),
        })
        const { access_token, id_token } = await answer.json()
        req.context.idToken = readClaims(id_token)
        return access_token
      },
      getUserInfo: async (accessToken: string) => {
        const headers = { Authorization: `Bearer ${accessToken}` }
        const { email } = await (await fetch(`${issuer}/me`, { headers })).json()
        return { email }
      },
      successRedirect: () => '/api/whoami',
      failureRedirect: (_: unknown, error: unknown) =>
        `/api/failed?${encodeURIComponent(String(error))}`,
    })({
      ...config,
      collections: config.collections?.map((users) =>
        users.slug !== 'users'
          ? users
          : {
              ...users,
              hooks: {
                afterLogin: [
                  async ({ req, token }: { req: PayloadRequest; token: string }) => {
                    const { iss, sub, sid } = (req.context.idToken ?? {}) as Record<string, string>
                    if (!iss || !sub) return
                    const link = { issuer: iss, subject: sub, idpSession: sid, req }
                    await linkSession(req.payload, { token }, link)
                  },
                ],
              },
            },
      ),
    })

  app = await createApp({
    plugin: {
      identityProviders: [
        {
          ...{ name: 'acme', issuer, clientId: client.id },
          ...{ jwksUri: `${issuer}/jwks`, onSid: 'session' },
        },
      ],
    },
    configure: withProvider,
  })
})
afterAll(async () => {
  await app.close()
  await provider.stop()
  await front.close()
})

/** payload-oauth2 makes the same token for all logins of a user in one second. */
async function nextSecond() {
  const second = () => Math.floor(Date.now() / 1_000)
  await expect.poll(second).toBeGreaterThan(second())
}

/** Signs in at the provider, and so here. */
async function signIn(name: string) {
  const browser = createFormBrowser()
  let page = await browser.visit(`${front.origin}/api/users/oauth/authorize`)
  page = await browser.submit(page, { login: name, password: 'any' })
  if (page.body.includes('<form')) page = await browser.submit(page)
  expect(page).toMatchObject({ status: 200, address: `${front.origin}/api/whoami` })
  expect(JSON.parse(page.body)).toEqual({ email: `${name}@example.com` })
  const token = browser.cookie(front.origin, 'payload-token') ?? ''
  return { browser, token }
}

it('oidc-provider logs people out of an app that they entered through payload-oauth2', async () => {
  const first = await signIn('ada')
  await nextSecond()
  const elsewhere = await signIn('ada')
  const other = await signIn('eve')
  const refreshed = await app.request('/api/users/refresh-token', {
    method: 'POST',
    headers: { Authorization: `JWT ${first.token}` },
  })
  const next = { token: ((await refreshed.json()) as { refreshedToken: string }).refreshedToken }
  for (const each of [next, elsewhere, other]) expect(await isAccepted(app, each)).toBe(true)

  const leaving = await first.browser.visit(`${provider.issuer}/session/end`)
  await first.browser.submit(leaving, { logout: 'yes' })

  expect(provider.deliveries).toEqual(['success'])
  expect(await isAccepted(app, first)).toBe(false)
  expect(await isAccepted(app, next)).toBe(false)
  expect(await isAccepted(app, elsewhere)).toBe(true)
  expect(await isAccepted(app, other)).toBe(true)
})
