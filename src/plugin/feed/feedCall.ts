import type { Endpoint, PayloadRequest } from 'payload'
import type { Runtime } from '../runtime/runtime.js'
import { runtimeOf } from '../runtime/runtimeOf.js'
import { answerErrors } from '../services/answerErrors.js'
import { authenticationOf } from '../services/authentication.js'
import { credentialsInHeader } from '../services/credentials.js'
import { invalidClient } from '../services/oauthError.js'

interface FeedCall {
  method: 'get' | 'post'
  answer(req: PayloadRequest, runtime: Runtime): Promise<Response>
}

const path = '/revocation/feed'

/**
 * A request of a service, which is authenticated by its header before anything else. The gate lets
 * every request in, because cookies beside it mean nothing.
 */
export const createFeedCall = ({ method, answer }: FeedCall): Endpoint => ({
  path,
  method,
  custom: { jwtRevocation: { open: true } },
  handler: async (req) => {
    const runtime = runtimeOf(req.payload)
    return answerErrors({ path, runtime }, async () => {
      const credentials = credentialsInHeader(req.headers)
      if (!credentials) throw invalidClient()
      authenticationOf(runtime)(credentials)
      return answer(req, runtime)
    })
  },
})
