import type { AuthStrategyFunctionArgs } from 'payload'
import { type TokenLocation, withoutToken } from '../../core/extractToken.js'
import type { Refusal } from '../../core/refusal.js'
import { rememberRefusal } from '../request/requestState.js'
import { countRefusal } from '../runtime/metrics.js'

/**
 * Hides the token from the following strategies and turns off auto-login. Without a refusal the
 * request counts as one without a token.
 */
export function takeTokenAway(
  args: AuthStrategyFunctionArgs,
  location: Pick<TokenLocation, 'cookiePrefix'>,
  refusal?: Refusal,
) {
  const headers = withoutToken(args.headers, location)
  headers.set('DisableAutologin', 'true')
  args.headers = headers
  if (!refusal) return
  countRefusal(refusal)
  if (args.req) rememberRefusal(args.req, refusal)
}
