import type {
  AuthStrategyFunction,
  AuthStrategyFunctionArgs,
  AuthStrategyResult,
  Payload,
} from 'payload'
import { extractToken } from '../../core/extractToken.js'
import { memo } from '../../core/processWide.js'
import { type Refusal, refusalBy } from '../../core/refusal.js'
import { readToken } from '../../core/token.js'
import { rememberRefusal, rememberToken } from '../request/requestState.js'
import { LOCAL_STRATEGY } from '../request/tokenOfRequest.js'
import type { Runtime } from '../runtime/runtime.js'
import { hasLeftPayloadSessions } from '../storage/payloadSessions.js'

const gated = memo<AuthStrategyFunction, true>('gatedStrategy')

/**
 * Wraps Payload's own strategy, once per Payload instance, to remember which token authenticated
 * a user, and to ask the denylist once more: after the signature was verified and the user read.
 */
export function gateLocalStrategy(payload: Payload, runtime: Runtime) {
  const { authStrategies } = payload
  const index = authStrategies.findIndex(({ name }) => name === LOCAL_STRATEGY)
  const strategy = authStrategies[index]
  if (!strategy || gated.has(strategy.authenticate)) return
  const authenticate = gate(strategy.authenticate, runtime)
  gated.set(authenticate, true)
  authStrategies[index] = { ...strategy, authenticate }
}

const gate =
  (inner: AuthStrategyFunction, runtime: Runtime): AuthStrategyFunction =>
  async (args) => {
    const extracted = extractToken(args.headers, runtime.location)
    const result = await inner(withoutAutoLogin(args))
    if (!result.user) return hasAutoLogin(args) ? inner(args) : result
    const token = extracted && readToken(extracted.text)
    const isItsUser =
      token?.collection === result.user.collection && token?.userId === String(result.user.id)
    if (!token || !isItsUser) return refuse(args, { status: 'unknown' })
    const refusal = refusalBy(runtime.denylist.verdict(token))
    if (refusal?.status === 'revoked') return refuse(args, refusal)
    if (await hasLeftPayloadSessions(args.payload, token, result.user)) return { user: null }
    rememberToken(result.user, token)
    return result
  }

/** Auto-login answers for a missing or forged token, whose claims must not be remembered. */
const hasAutoLogin = ({ headers, payload }: AuthStrategyFunctionArgs) =>
  Boolean(payload.config.admin.autoLogin) && headers.get('DisableAutologin') !== 'true'

function withoutAutoLogin(args: AuthStrategyFunctionArgs): AuthStrategyFunctionArgs {
  if (!hasAutoLogin(args)) return args
  const headers = new Headers(args.headers)
  headers.set('DisableAutologin', 'true')
  return { ...args, headers }
}

function refuse(args: AuthStrategyFunctionArgs, refusal: Refusal) {
  if (args.req) rememberRefusal(args.req, refusal)
  return { user: null } satisfies AuthStrategyResult
}
