import type { MutationWrapper } from '../config/wrapMutations.js'
import { refusalError } from '../request/refusalError.js'
import { refusalOfRequest } from '../request/requestState.js'
import { runtimeOf } from '../runtime/runtimeOf.js'
import { detectReuse } from '../tokens/reuse.js'

/** A refused `refreshToken…` over GraphQL is an error with the status that REST would answer. */
export const answerRefusedRefresh: MutationWrapper =
  (resolve) =>
  async (parent, args, context, ...rest) => {
    const { req } = context
    const refusal = req.user ? undefined : refusalOfRequest(req)
    if (!refusal) return resolve(parent, args, context, ...rest)
    const { headers, payload } = req
    await detectReuse(runtimeOf(payload), { refusal, payload, headers })
    throw refusalError(refusal)
  }
