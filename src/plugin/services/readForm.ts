import type { PayloadRequest } from 'payload'
import { readText } from '../../core/readText.js'
import { afterWaiting } from '../../core/timeLimit.js'
import { invalidRequest } from './oauthError.js'

/** A token is at most as long as a cookie, 4 KiB. */
const MAX_BYTES = 16 * 1024
/** A sender of a whole body needs far less. */
const BODY_WAIT_MS = 10_000

/**
 * The form in a request's body, as OAuth 2.0 clients send it. It does not read more than the limit,
 * nor for longer. A parameter without a value counts as omitted, and none may occur twice (RFC 6749
 * §3.1). Parameters in the URL are not read, because a token must not be there.
 *
 * @throws OAuthError
 */
export async function readForm({
  body,
  headers,
}: Pick<PayloadRequest, 'body' | 'headers'>): Promise<ReadonlyMap<string, string>> {
  const type = headers.get('Content-Type') ?? ''
  if (!/^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(type)) {
    throw invalidRequest('The body must be application/x-www-form-urlencoded.', 415)
  }
  const text = await readInTime(body)
  if (text === undefined) {
    throw invalidRequest(`The body must not exceed ${MAX_BYTES} bytes.`, 413)
  }
  const form = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(text)) {
    if (form.has(name)) throw invalidRequest('A parameter occurs twice.')
    form.set(name, value)
  }
  return form
}

async function readInTime(body: PayloadRequest['body']): Promise<string | undefined> {
  const late = new AbortController()
  const callOff = afterWaiting(BODY_WAIT_MS, () =>
    late.abort(invalidRequest('The body came too slowly.', 408)),
  )
  try {
    return await readText(body, { maxBytes: MAX_BYTES, signal: late.signal })
  } finally {
    callOff()
  }
}
