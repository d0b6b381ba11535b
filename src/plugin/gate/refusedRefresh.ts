import type { MutationWrapper } from '../config/wrapMutations.js'
import { refusalError } from '../request/refusalError.js'
import { refusalOfRequest } from '../request/requestState.js'
import { settleRefusedRefresh } from './readmission.js'

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
