import type { PayloadRequest } from 'payload'
import { memo } from '../../core/processWide.js'
import type { Refusal } from '../../core/refusal.js'
import type { Token } from '../../core/token.js'
import type { MutationWrapper } from '../config/wrapMutations.js'
import { refusalError } from '../request/refusalError.js'
import { refusalOfRequest } from '../request/requestState.js'
import type { RequestUser } from '../request/requestUser.js'
import { tokenInHeaders } from '../request/tokenInHeaders.js'
import { runtimeOf } from '../runtime/runtimeOf.js'
import { unshownSuccessor } from '../tokens/lostAnswer.js'
import { detectReuse } from '../tokens/reuse.js'
import { logRefusedRequest } from './refusedAtLast.js'

/** The id of the rotated token that these headers may use once more. */
const readmitted = memo<Headers, string>('readmittedToken')

export const isReadmitted = (headers: Headers, { id }: Token) => readmitted.get(headers) === id

/**
 * Decides about a refused request that wants to refresh its token. If nobody has used the token's
 * successor, the request goes on, but only for this refresh. Otherwise the token may be a copy, and
 * the refusal stands. It never rejects; if it cannot decide, no session ends.
 */
export async function settleRefusedRefresh(
  req: PayloadRequest,
  refusal: Refusal,
): Promise<{ user: RequestUser } | { refusal: Refusal }> {
  const { headers, payload } = req
  const runtime = runtimeOf(payload)
  try {
    const token = tokenInHeaders(payload, headers, runtime)
    const isGone = !token || token.expiresAt <= Date.now()
    if (refusal.scope !== 'token' || isGone || !(await unshownSuccessor(runtime, token))) {
      await detectReuse(runtime, { refusal, payload, headers })
      return { refusal }
    }
    readmitted.set(headers, token.id)
    const user = await authenticate(req)
    return user ? { user } : { refusal }
  } catch (err) {
    runtime.logger.error({ err }, 'Revocations: a refresh could not be judged, so it is refused')
    return { refusal: { status: 'unknown' } }
  }
}

/** A refused `refreshToken…` over GraphQL is an error with the status that REST would return. */
export const answerRefusedRefresh: MutationWrapper =
  (resolve) =>
  async (parent, args, context, ...rest) => {
    const { req } = context
    const refusal = req.user ? undefined : refusalOfRequest(req)
    if (!refusal) return resolve(parent, args, context, ...rest)
    const settled = await settleRefusedRefresh(req, refusal)
    if ('refusal' in settled) {
      logRefusedRequest(req, settled.refusal)
      throw refusalError(settled.refusal)
    }
    req.user = settled.user
    try {
      return await resolve(parent, args, context, ...rest)
    } finally {
      // The other mutations of the request stay refused.
      req.user = null
    }
  }

/** Uses the strategies after the first one, which is the gate. */
async function authenticate(req: PayloadRequest): Promise<RequestUser | undefined> {
  const { headers, payload } = req
  for (const { authenticate, name } of payload.authStrategies.slice(1)) {
    const args = { headers, payload, req, strategyName: name, canSetHeaders: false }
    const { user } = await authenticate(args)
    if (user) return user
  }
  return undefined
}
