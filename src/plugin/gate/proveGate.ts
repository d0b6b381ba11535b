import { type AuthStrategyFunctionArgs, executeAuthStrategies, type Payload } from 'payload'
import { RevocationError } from '../../core/errors.js'
import { extractToken } from '../../core/extractToken.js'
import type { Runtime } from '../runtime/runtime.js'
import { GATE_NAME } from './gate.js'

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
    headers: new Headers(revokedProbe(payload.config.cookiePrefix)),
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

/** Headers with a token that every denylist refuses without looking: it is older than any memory. */
function revokedProbe(cookiePrefix: string): HeadersInit {
  const exp = Math.ceil(Date.now() / 1000) + 60
  const claims = Buffer.from(JSON.stringify({ collection: 'probe', id: 'probe', iat: 0, exp }))
  const text = `e30.${claims.toString('base64url')}.probe`
  return { Authorization: `JWT ${text}`, Cookie: `${cookiePrefix}-token=${text}` }
}
