import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import type { IdentityProviderOptions } from '../../src/index.js'
import type { App } from './createApp.js'

export const EVENT = 'http://schemas.openid.net/event/backchannel-logout'

export type SigningKey = Awaited<ReturnType<typeof createSigningKey>>

export async function createSigningKey(kid: string, alg = 'RS256') {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  return { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } }
}

/** A provider that serves its keys over HTTP and signs logout tokens. */
export async function startIdentityProvider() {
  const first = await createSigningKey('first')
  let served = [first]
  let broken: ((response: ServerResponse) => void) | undefined
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    if (broken) return broken(response)
    response.setHeader('Content-Type', 'application/json')
    response.end(JSON.stringify({ keys: served.map(({ jwk }) => jwk) }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  let count = 0

  return {
    issuer,
    key: first,
    /** The paths that were asked for. */
    asked,
    serve(...keys: SigningKey[]) {
      served = keys
    },
    /** From now on it answers like this; without an argument as usual. */
    answer(how?: (response: ServerResponse) => void) {
      broken = how
    },
    options: (more: Partial<IdentityProviderOptions> = {}): IdentityProviderOptions => ({
      ...{ name: 'acme', issuer, clientId: 'this-app', jwksUri: `${issuer}/jwks` },
      ...{ onSid: 'session', ...more },
    }),
    /** A logout token; a claim that is `undefined` is left out. */
    sign(
      claims: Record<string, unknown>,
      { header = {}, key = first }: { header?: object; key?: SigningKey } = {},
    ): Promise<string> {
      count += 1
      const now = Math.floor(Date.now() / 1_000)
      const all = {
        ...{ iss: issuer, aud: 'this-app', iat: now, exp: now + 120, jti: `logout-${count}` },
        ...{ events: { [EVENT]: {} }, ...claims },
      }
      return new SignJWT(JSON.parse(JSON.stringify(all)))
        .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'logout+jwt', ...header })
        .sign(key.privateKey)
    },
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export type TestProvider = Awaited<ReturnType<typeof startIdentityProvider>>

/** Delivers a logout token as a provider does. */
export async function deliver(
  app: Pick<App, 'send'>,
  token: string,
  { headers = {}, name = 'acme' }: { headers?: Record<string, string>; name?: string } = {},
) {
  const answer = await app.send(
    new Request(`http://127.0.0.1:3000/api/revocation/backchannel-logout/${name}`, {
      method: 'POST',
      body: new URLSearchParams({ logout_token: token }),
      headers,
    }),
  )
  const text = await answer.text()
  return {
    status: answer.status,
    headers: answer.headers,
    text,
    body: text === '' ? undefined : (JSON.parse(text) as Record<string, string>),
  }
}
