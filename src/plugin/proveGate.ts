import { type AuthStrategyFunctionArgs, executeAuthStrategies, type Payload } from 'payload'
import { RevocationError } from '../core/errors.js'
import { extractToken } from '../core/extractToken.js'
import { tokenRevocation } from '../core/revoke.js'
import { tokenFromClaims } from '../core/token.js'
import { uuidv7 } from '../core/uuidv7.js'
import { GATE_NAME } from './gate.js'
import type { Runtime } from './runtime.js'

/**
 * Shows a revoked token to Payload's own chain of strategies, with the gate first as configured
 * and a witness behind it. The gate leans on how Payload hands arguments from one strategy to
 * the next; should that change, the app must not start as if it were protected.
 *
 * @throws RevocationError `gate-not-in-front`
 */
export async function proveGate(payload: Payload, runtime: Runtime): Promise<void> {
  const [first] = payload.authStrategies
  if (first?.name !== GATE_NAME) {
    throw new RevocationError(
      'gate-not-in-front',
      `the strategy \`${first?.name}\` runs before the gate. Put jwtRevocation() last in \`plugins\`.`,
    )
  }
  const seen: Headers[] = []
  const witness = {
    name: 'witness',
    authenticate: ({ headers }: AuthStrategyFunctionArgs) => {
      seen.push(headers)
      return { user: null }
    },
  }
  await executeAuthStrategies({
    headers: new Headers(revokedProbe(runtime, payload.config.cookiePrefix)),
    payload: Object.create(payload, { authStrategies: { value: [first, witness] } }) as Payload,
  })
  const [headers] = seen
  if (headers?.get('DisableAutologin') !== 'true' || extractToken(headers, runtime.location)) {
    throw new RevocationError(
      'gate-not-in-front',
      'this version of Payload shows a revoked token to the strategies behind the gate.',
    )
  }
}

/** Headers with a token that this process alone knows to be revoked, for a few seconds. */
function revokedProbe({ denylist }: Runtime, cookiePrefix: string): HeadersInit {
  const now = Date.now()
  const claims = {
    jti: uuidv7(now),
    collection: 'probe',
    id: 'probe',
    exp: Math.ceil(now / 1000) + 5,
  }
  const token = tokenFromClaims(claims)
  if (token) {
    const { maxTokenLifetimeMs } = denylist
    denylist.learn([tokenRevocation(token, { reason: 'admin', now, maxTokenLifetimeMs })])
  }
  const text = `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.probe`
  return { Authorization: `JWT ${text}`, Cookie: `${cookiePrefix}-token=${text}` }
}
