import { createLocalReq, executeAuthStrategies, type Payload } from 'payload'
import { cookieName } from '../../core/extractToken.js'
import { readToken, type Token } from '../../core/token.js'
import { refusalOfRequest } from '../request/requestState.js'
import { tokenBeside } from '../request/tokenOfRequest.js'
import { verifyToken } from '../request/verifyToken.js'
import type { Runtime } from '../runtime/runtime.js'
import { isDatabaseDown } from './isDatabaseDown.js'
import { unavailable } from './oauthError.js'

/** A token that Payload accepts, with its claims. */
export interface AcceptedToken {
  readonly claims: Readonly<Record<string, unknown>>
  readonly token: Token
}

/**
 * Shows a token's text to the authentication strategies of the application, the gate first, as if a
 * request had sent it. `undefined` when they do not accept it: it is revoked, expired, forged, of
 * another application, or its user may no longer log in.
 *
 * @throws OAuthError 503 when the denylist or the database cannot tell
 */
export async function judgeText(
  payload: Payload,
  runtime: Runtime,
  { text, path }: { text: string; path: string },
): Promise<AcceptedToken | undefined> {
  const claims = verifyToken(payload, text)
  const read = claims && readToken(text, runtime.lifetimeOf)
  if (!read || read.expiresAt <= Date.now()) return undefined
  const headers = headersWith(text, runtime)
  const req = await createLocalReq(
    { req: { headers, method: 'POST', pathname: payload.config.routes.api + path } },
    payload,
  )
  const { user } = await executeAuthStrategies({ headers, payload, req })
  const token = user && !refusalOfRequest(req) ? tokenBeside(user, { headers, payload }) : undefined
  if (token) return { claims, token }
  const refusal = refusalOfRequest(req)
  const isUnknown = refusal ? refusal.status === 'unknown' : await isDatabaseDown(runtime)
  if (isUnknown) throw unavailable()
  return undefined
}

/** The token in each place where a strategy may look for it, and never a way past it. */
function headersWith(text: string, { location }: Pick<Runtime, 'location'>): Headers {
  const scheme = location.jwtOrder.find((each) => each !== 'cookie')
  return new Headers({
    ...(scheme && { Authorization: `${scheme} ${text}` }),
    Cookie: `${cookieName(location)}=${text}`,
    'Sec-Fetch-Site': 'same-origin',
    DisableAutologin: 'true',
  })
}
