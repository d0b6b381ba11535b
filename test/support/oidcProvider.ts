import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair } from 'jose'
import { Provider } from 'oidc-provider'

const CLIENT = { id: 'this-app', secret: 'a-secret-of-this-app-at-the-provider' }

/** The npm package oidc-provider, over HTTP, with its own pages to sign in and to sign out. */
export async function startOidcProvider({ app }: { app: string }) {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  const key = { ...(await exportJWK(privateKey)), kid: 'k1', use: 'sig', alg: 'RS256' }
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [`${app}/api/users/oauth/callback`],
        backchannel_logout_uri: `${app}/api/revocation/backchannel-logout/acme`,
        backchannel_logout_session_required: true,
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    jwks: { keys: [key] },
    cookies: { keys: ['a-key-of-the-cookies'] },
    claims: { openid: ['sub'], email: ['email'] },
    conformIdTokenClaims: false,
    findAccount: (_: unknown, sub: string) => ({
      accountId: sub,
      claims: () => ({ sub, email: `${sub}@example.com` }),
    }),
    features: { backchannelLogout: { enabled: true } },
    // Its own guard against requests to this machine is in its dispatcher.
    fetch: (url: string, { dispatcher, ...options }: RequestInit & { dispatcher?: unknown }) =>
      fetch(url, options),
  })
  server.on('request', provider.callback())
  const deliveries: string[] = []
  provider.on('backchannel.success', () => deliveries.push('success'))
  provider.on('backchannel.error', (_, error) => deliveries.push(String(error)))
  return {
    issuer,
    client: CLIENT,
    /** What became of each logout token that it sent. */
    deliveries,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
