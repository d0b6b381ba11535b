import type { PayloadRequest, TypedUser } from 'payload'
import { memo } from '../../core/processWide.js'
import type { Refusal } from '../../core/refusal.js'
import type { Token } from '../../core/token.js'
import type { MutationWrapper } from '../config/wrapMutations.js'
import { refusalError } from '../request/refusalError.js'
import { refusalOfRequest } from '../request/requestState.js'
import { tokenInHeaders } from '../request/tokenInHeaders.js'
import { runtimeOf } from '../runtime/runtimeOf.js'
import { unshownSuccessor } from '../tokens/lostAnswer.js'
import { detectReuse } from '../tokens/reuse.js'

/** The id of the rotated token that these headers may show once more. */
const readmitted = memo<Headers, string>('readmittedToken')

export const isReadmitted = (headers: Headers, { id }: Token) => readmitted.get(headers) === id

/**
 * What becomes of a refused request that wants to refresh its token. While nobody has shown what the
 * token was refreshed into, its user goes on, for this refresh and nothing else. Otherwise it may be
 * a copy, and the refusal stands. It never rejects: what cannot be told ends no session.
 */
export async function settleRefusedRefresh(
  req: PayloadRequest,
  refusal: Refusal,
): Promise<{ user: TypedUser } | { refusal: Refusal }> {
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
    runtime.logger.error({ err }, 'Revocations: a refresh could not be judged, it is refused')
    return { refusal: { status: 'unknown' } }
  }
}

/** A refused `refreshToken…` over GraphQL is an error with the status that REST would answer. */
export const answerRefusedRefresh: MutationWrapper =
  (resolve) =>
  async (parent, args, context, ...rest) => {
    const { req } = context
    const refusal = req.user ? undefined : refusalOfRequest(req)
    if (!refusal) return resolve(parent, args, context, ...rest)
    const settled = await settleRefusedRefresh(req, refusal)
    if ('refusal' in settled) throw refusalError(settled.refusal)
    req.user = settled.user
    try {
      return await resolve(parent, args, context, ...rest)
    } finally {
      // The other mutations of the request are refused.
      req.user = null
    }
  }

/** By the strategies behind the gate, which is the first. */
async function authenticate(req: PayloadRequest): Promise<TypedUser | undefined> {
  const { headers, payload } = req
  for (const { authenticate, name } of payload.authStrategies.slice(1)) {
    const args = { headers, payload, req, strategyName: name, canSetHeaders: false }
    const { user } = await authenticate(args)
    if (user) return user
  }
  return undefined
}
