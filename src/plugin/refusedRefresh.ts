import type { Payload } from 'payload'
import { refusalError } from './refusalError.js'
import { refusalOfRequest } from './requestState.js'
import { detectReuse } from './reuse.js'
import type { Runtime } from './runtime.js'
import type { MutationWrapper } from './wrapMutations.js'

/** A refused `refreshToken…` over GraphQL is an error with the status that REST would answer. */
export const answerRefusedRefresh =
  (runtimeOf: (payload: Payload) => Runtime): MutationWrapper =>
  (resolve) =>
  async (parent, args, context, ...rest) => {
    const { req } = context
    const refusal = req.user ? undefined : refusalOfRequest(req)
    if (!refusal) return resolve(parent, args, context, ...rest)
    const { headers, payload } = req
    await detectReuse(runtimeOf(payload), { refusal, payload, headers })
    throw refusalError(refusal)
  }
