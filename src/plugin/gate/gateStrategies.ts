import type {
  AuthStrategyFunction,
  AuthStrategyFunctionArgs,
  AuthStrategyResult,
  Payload,
} from 'payload'
import { extractToken } from '../../core/extractToken.js'
import { memo } from '../../core/processWide.js'
import { refusalBy } from '../../core/refusal.js'
import { isTokenOf, readToken, type Token } from '../../core/token.js'
import { rememberToken } from '../request/requestState.js'
import type { RequestUser } from '../request/requestUser.js'
import { LOCAL_STRATEGY, tokenBeside } from '../request/tokenOfRequest.js'
import { runtimeOf } from '../runtime/runtimeOf.js'
import { hasLeftPayloadSessions } from '../storage/payloadSessions.js'
import { noteShown } from '../tokens/lostAnswer.js'
import { loggingAtLast } from './refusedAtLast.js'
import { isReadmitted } from './refusedRefresh.js'
import { takeTokenAway } from './takeTokenAway.js'

const gated = memo<AuthStrategyFunction, true>('gatedStrategy')

/**
 * Wraps the strategies behind the gate, once per Payload instance. The wrapper remembers which
 * token came with a user, and asks the denylist again after the user was read. Payload's own
 * strategy is not the only one that accepts its tokens: plugins check the same secret, or call that
 * strategy and return a copy of the user.
 */
export function gateStrategies({ authStrategies }: Payload, { except }: { except: string }) {
  for (const [index, strategy] of authStrategies.entries()) {
    if (strategy.name === except || gated.has(strategy.authenticate)) continue
    const gate = strategy.name === LOCAL_STRATEGY ? gateLocal : gateOther
    const isLast = ({ payload }: AuthStrategyFunctionArgs) =>
      payload.authStrategies.findLast(({ name }) => name !== except)?.authenticate === authenticate
    const authenticate = loggingAtLast(gate(strategy.authenticate), isLast)
    gated.set(authenticate, true)
    authStrategies[index] = { ...strategy, authenticate }
  }
}

/** Payload's own strategy returns a user only for a token with a valid signature. */
const gateLocal =
  (inner: AuthStrategyFunction): AuthStrategyFunction =>
  async (args) => {
    const { lifetimeOf, location } = runtimeOf(args.payload)
    const extracted = extractToken(args.headers, location)
    const result = await inner(withoutAutoLogin(args))
    const { user } = result
    if (!user) return hasAutoLogin(args) ? inner(args) : result
    const token = extracted && readToken(extracted.text, lifetimeOf)
    if (!token || !isTokenOf(token, user)) {
      takeTokenAway(args, args.payload.config, { status: 'unknown' })
      return NOBODY
    }
    if (await isOverByNow(args, token, user)) return NOBODY
    await noteUse(args, token)
    return { ...result, user: rememberToken(user, token) }
  }

/**
 * Any other strategy may have used the request's token or a credential of its own. If the token has
 * ended by now, the strategy is asked again without it, which shows what it used.
 */
const gateOther =
  (inner: AuthStrategyFunction): AuthStrategyFunction =>
  async (args) => {
    const result = await ask(inner, args)
    const { user } = result
    if (!user) return result
    const token = tokenBeside(user, args)
    if (token && (await isOverByNow(args, token, user))) return ask(inner, args)
    if (token) await noteUse(args, token)
    return { ...result, user: rememberToken(user, token) }
  }

/** Waits only for the record that a refreshed token was used for the first time. */
function noteUse({ headers, payload }: AuthStrategyFunctionArgs, token: Token): Promise<void> {
  const runtime = runtimeOf(payload)
  runtime.activity?.note(token)
  return noteShown(runtime, token, headers)
}

/** A token that was hidden from a strategy must not be in the request's own headers either. */
async function ask(inner: AuthStrategyFunction, args: AuthStrategyFunctionArgs) {
  const { headers, req } = args
  if (!req || req.headers === headers) return inner(args)
  const own = Object.getOwnPropertyDescriptor(req, 'headers')
  Object.defineProperty(req, 'headers', { value: headers, configurable: true })
  try {
    return await inner(args)
  } finally {
    if (own) Object.defineProperty(req, 'headers', own)
    else Reflect.deleteProperty(req, 'headers')
  }
}

const NOBODY: AuthStrategyResult = { user: null }

/** Asks the denylist again after the user was read, and removes the token if it has ended. */
async function isOverByNow(
  args: AuthStrategyFunctionArgs,
  token: Token,
  user: RequestUser,
): Promise<boolean> {
  const { payload } = args
  const { denylist, location } = runtimeOf(payload)
  const refusal = refusalBy(denylist.verdict(token))
  const isRevoked = refusal?.status === 'revoked' && !isReadmitted(args.headers, token)
  const isOver = isRevoked || (await hasLeftPayloadSessions(payload, token, user))
  if (isOver) takeTokenAway(args, location, isRevoked ? refusal : undefined)
  return isOver
}

/**
 * Auto-login also answers for a missing or forged token. The claims of such a token must not be
 * remembered.
 */
const hasAutoLogin = ({ headers, payload }: AuthStrategyFunctionArgs) =>
  Boolean(payload.config.admin.autoLogin) && headers.get('DisableAutologin') !== 'true'

function withoutAutoLogin(args: AuthStrategyFunctionArgs): AuthStrategyFunctionArgs {
  if (!hasAutoLogin(args)) return args
  const headers = new Headers(args.headers)
  headers.set('DisableAutologin', 'true')
  return { ...args, headers }
}
