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
 * The gate: an authentication strategy that never authenticates. Payload passes one `args` object
 * to all strategies in turn, so the first can remove a revoked token from the headers before the
 * others see it. Another credential in the request may still authenticate it. `proveGate` checks at
 * startup that this works.
 *
 * Payload ignores a strategy that throws, so every error here must refuse the token.
 */
export const gate: AuthStrategy = {
  name: GATE_NAME,
  async authenticate(args) {
    try {
      const runtime = runtimeOf(args.payload)
      gateEndpoints(args.payload.config, runtime.settings.openPaths)
      gateStrategies(args.payload, { except: GATE_NAME })
      // Guards elsewhere rely on this application's heartbeat, even if it has few visitors.
      if (args.req && runtime.settings.feed) runtime.denylist.follow()
      const refusal = await refusalFor(args.headers, runtime)
      if (refusal) {
        const { headers } = args
        takeTokenAway(args, runtime.location, refusal)
        logUnlessAuthenticated(args, { headers, refusal })
      }
    } catch (err) {
      loggerOf(args.payload).error({ err }, 'Revocations: the gate failed, so the token is refused')
      const { cookiePrefix } = args.payload.config
      takeTokenAway(args, { cookiePrefix }, { status: 'unknown' })
    }
    return { user: null }
  },
}
