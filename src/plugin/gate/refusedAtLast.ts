import type {
  AuthStrategyFunction,
  AuthStrategyFunctionArgs,
  Payload,
  PayloadRequest,
} from 'payload'
import { memo } from '../../core/processWide.js'
import type { Refusal } from '../../core/refusal.js'
import type { RefusedRequestLike } from '../../core/sharedRuntime.js'
import { loggerOf } from '../runtime/loggerOf.js'
import { runtimeOf } from '../runtime/runtimeOf.js'

const refused = memo<AuthStrategyFunctionArgs, () => void>('refusedByGate')

/**
 * Logs a refusal once it is known that no other credential authenticates the request. REST
 * endpoints and GraphQL operations log it themselves, because some of them let the request in, such
 * as a login.
 */
export function logUnlessAuthenticated(
  args: AuthStrategyFunctionArgs,
  { headers, refusal }: { headers: Headers; refusal: Refusal },
) {
  const { payload, req } = args
  const { api } = payload.config.routes
  if (req?.payloadAPI === 'GraphQL') return
  if (req?.payloadAPI === 'REST' && req.pathname?.includes(`${api}/`)) return
  const request = { headers, method: req?.method, path: req?.pathname }
  refused.set(args, () => log(payload, refusal, request))
}

/** Logs it after this strategy, if this is the last one and finds no user either. */
export function loggingAtLast(
  inner: AuthStrategyFunction,
  isLast: (args: AuthStrategyFunctionArgs) => boolean,
): AuthStrategyFunction {
  return async (args) => {
    let isAuthenticated = false
    try {
      const result = await inner(args)
      isAuthenticated = Boolean(result.user)
      return result
    } finally {
      if (!isAuthenticated && isLast(args)) refused.get(args)?.()
    }
  }
}

/** Logs a request that an endpoint or a GraphQL operation refuses. */
export const logRefusedRequest = (
  { headers, method, pathname: path, payload }: PayloadRequest,
  refusal: Refusal,
) => log(payload, refusal, { headers, method, path })

/** The answer does not depend on it. */
function log(payload: Payload, refusal: Refusal, request: RefusedRequestLike) {
  try {
    runtimeOf(payload).logRefusal(refusal, request)
  } catch (err) {
    loggerOf(payload).error({ err }, 'Revocations: a refused request could not be logged')
  }
}
