import type { AuthStrategy } from 'payload'
import { refusalFor } from '../../core/refusalFor.js'
import { loggerOf } from '../runtime/loggerOf.js'
import { runtimeOf } from '../runtime/runtimeOf.js'
import { gateEndpoints } from './gateEndpoints.js'
import { gateStrategies } from './gateStrategies.js'
import { logUnlessAuthenticated } from './refusedAtLast.js'
import { takeTokenAway } from './takeTokenAway.js'

export const GATE_NAME = 'jwt-revocation'

/**
 * The gate: an authentication strategy that never authenticates. Payload hands one `args`
 * object to all strategies in turn, so the first can take a revoked token out of the headers
 * before the others see it; another credential beside it may still authenticate the request.
 * `proveGate` checks at start-up that this holds.
 *
 * A strategy that throws is passed over by Payload, hence the refusal of whatever goes wrong.
 */
export const gate: AuthStrategy = {
  name: GATE_NAME,
  async authenticate(args) {
    try {
      const runtime = runtimeOf(args.payload)
      gateEndpoints(args.payload.config, runtime.settings.openPaths)
      gateStrategies(args.payload, { except: GATE_NAME })
      // Guards elsewhere rely on the heartbeat of an application, also of one that few visit.
      if (args.req && runtime.settings.feed) runtime.denylist.follow()
      const refusal = await refusalFor(args.headers, runtime)
      if (refusal) {
        const { headers } = args
        takeTokenAway(args, runtime.location, refusal)
        logUnlessAuthenticated(args, { headers, refusal })
      }
    } catch (err) {
      loggerOf(args.payload).error({ err }, 'Revocations: the gate failed, the token is refused')
      const { cookiePrefix } = args.payload.config
      takeTokenAway(args, { cookiePrefix }, { status: 'unknown' })
    }
    return { user: null }
  },
}
