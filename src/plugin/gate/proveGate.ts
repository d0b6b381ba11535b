import { type AuthStrategyFunctionArgs, executeAuthStrategies, type Payload } from 'payload'
import { RevocationError } from '../../core/errors.js'
import { extractToken } from '../../core/extractToken.js'
import { processWide } from '../../core/processWide.js'
import type { Runtime } from '../runtime/runtime.js'
import { GATE_NAME } from './gate.js'

/**
 * Sends a revoked token through Payload's own chain of strategies, with the gate first and a
 * witness behind it. The gate relies on how Payload passes arguments from one strategy to the next.
 * If that changes, the app must not start without protection.
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
  const probed: Payload = Object.create(payload, { authStrategies: { value: [first, witness] } })
  processWide().runtimes.set(probed, refusingAll(runtime))
  await executeAuthStrategies({
    headers: new Headers(probe(payload.config.cookiePrefix)),
    payload: probed,
  })
  const [headers] = seen
  if (headers?.get('DisableAutologin') !== 'true' || extractToken(headers, runtime.location)) {
    throw new RevocationError(
      'gate-not-in-front',
      'this version of Payload passes revoked tokens to the strategies behind the gate.',
    )
  }
}

/** Tests only the chain of strategies, so it does not depend on the denylist or on lifetimes. */
const refusingAll = (runtime: Runtime): Runtime => ({
  ...runtime,
  denylist: {
    ...runtime.denylist,
    judge: async () => ({ status: 'revoked', by: { scope: 'everyone', subject: 'everyone' } }),
  },
  isOurs: () => true,
  logRefusal: () => {},
})

/** Headers with a token in both places. */
function probe(cookiePrefix: string): HeadersInit {
  const claims = Buffer.from(JSON.stringify({ collection: 'probe', id: 'probe' }))
  const text = `e30.${claims.toString('base64url')}.probe`
  return { Authorization: `JWT ${text}`, Cookie: `${cookiePrefix}-token=${text}` }
}
