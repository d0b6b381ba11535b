import { MEMBER } from './baseConfig.js'
import type { App } from './createApp.js'

export interface Login {
  token: string
  claims: Record<string, unknown>
  cookie: string
  /** Headers with the token, in each of the ways that Payload reads. */
  bearer: { Authorization: string }
  jwt: { Authorization: string }
  byCookie: { Cookie: string }
}

/** Logs in over REST. Fails with a clear message when that does not work. */
export async function login(
  app: Pick<App, 'request'>,
  credentials: object = MEMBER,
  collection = 'users',
): Promise<Login> {
  const response = await app.request(`/api/${collection}/login`, { body: credentials })
  const body = (await response.json()) as { token: string }
  if (response.status !== 200) throw new Error(`login: ${response.status} ${JSON.stringify(body)}`)
  return loginFrom(body.token, response.headers.get('Set-Cookie') ?? '')
}

export function loginFrom(token: string, setCookie = ''): Login {
  return {
    token,
    claims: claimsOf(token),
    cookie: setCookie,
    bearer: { Authorization: `Bearer ${token}` },
    jwt: { Authorization: `JWT ${token}` },
    byCookie: { Cookie: `payload-token=${token}` },
  }
}

export const claimsOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
