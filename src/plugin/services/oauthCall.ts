import type { Endpoint, PayloadRequest } from 'payload'
import type { Service } from '../config/services.js'
import type { Runtime } from '../runtime/runtime.js'
import { runtimeOf } from '../runtime/runtimeOf.js'
import { answerErrors } from './answerErrors.js'
import { authenticationOf } from './authentication.js'
import { credentialsInForm, credentialsInHeader, refuseSecondWay } from './credentials.js'
import { invalidClient, invalidRequest } from './oauthError.js'
import { readForm } from './readForm.js'

/** A question about one token. */
interface OAuthQuestion<Asking> {
  readonly req: PayloadRequest
  readonly runtime: Runtime
  /** The text that was sent as the token. It may be anything. */
  readonly text: string
  readonly service: Asking
}

interface OAuthCall<Asking> {
  path: `/revocation/oauth/${string}`
  isServiceRequired: boolean
  answer(question: OAuthQuestion<Asking>): Promise<Response>
}

/**
 * A `POST` of an OAuth 2.0 client about a token. The client is authenticated before the token is
 * looked at, and by a header before the body is read. The gate lets every request in: cookies beside
 * it mean nothing, and the token in the `Authorization` header, if any, is the service's secret.
 */
export function createOAuthCall(call: OAuthCall<Service> & { isServiceRequired: true }): Endpoint
export function createOAuthCall(
  call: OAuthCall<Service | undefined> & { isServiceRequired: false },
): Endpoint
export function createOAuthCall({ path, isServiceRequired, answer }: OAuthCall<never>): Endpoint {
  return {
    path,
    method: 'post',
    custom: { jwtRevocation: { open: true } },
    handler: async (req) => {
      const runtime = runtimeOf(req.payload)
      return answerErrors({ path, runtime }, async () => {
        const { service, form } = await askedBy(req, runtime)
        if (isServiceRequired && !service) throw invalidClient()
        const text = form.get('token')
        if (!text) throw invalidRequest('The parameter token is missing.')
        return answer({ req, runtime, text, service: service as never })
      })
    },
  }
}

async function askedBy(req: PayloadRequest, runtime: Runtime) {
  const authenticate = authenticationOf(runtime)
  const inHeader = credentialsInHeader(req.headers)
  const service = inHeader && authenticate(inHeader)
  const form = await readForm(req)
  if (service) {
    refuseSecondWay(service.id, form)
    return { service, form }
  }
  const inForm = credentialsInForm(form)
  return { service: inForm && authenticate(inForm), form }
}
