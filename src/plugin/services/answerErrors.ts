import type { Runtime } from '../runtime/runtime.js'
import { OAuthError, unavailable } from './oauthError.js'

/** No answer about a token may be cached (RFC 7662 §2.2, §4). */
export const NO_STORE = { 'Cache-Control': 'no-store', Pragma: 'no-cache' }

/**
 * Turns errors of `answer` into the answers that OAuth 2.0 clients expect: an unexpected one, which
 * is logged with `path`, into 503.
 */
export async function answerErrors(
  { path, runtime }: { path: string; runtime: Pick<Runtime, 'logger'> },
  answer: () => Promise<Response>,
): Promise<Response> {
  try {
    return await answer()
  } catch (error) {
    if (error instanceof OAuthError) return errorResponse(error)
    runtime.logger.error({ err: error }, `Revocations: ${path} failed`)
    return errorResponse(unavailable())
  }
}

const errorResponse = ({ code, headers, message, status }: OAuthError) =>
  Response.json(
    { error: code, error_description: message },
    { status, headers: { ...NO_STORE, ...headers } },
  )
