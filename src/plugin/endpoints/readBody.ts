import type { PayloadRequest } from 'payload'
import { readText } from '../../core/readText.js'
import { isPlainObject } from '../api/fields.js'
import { CallError } from './callError.js'

/** A token is at most as long as a cookie (4 KiB), and a note has at most 1,000 characters. */
const MAX_BYTES = 16 * 1024

/**
 * The JSON object in a request's body. Only `application/json` is accepted. A form on another site
 * cannot send it without a CORS preflight, so it cannot make a visitor's browser revoke anything.
 * It does not read more than the limit.
 *
 * @throws CallError 415, 413 or 400
 */
export async function readBody({
  body,
  headers,
}: Pick<PayloadRequest, 'body' | 'headers'>): Promise<object> {
  if (!/^application\/json\s*(?:;|$)/i.test(headers.get('Content-Type') ?? '')) {
    throw new CallError(415, 'UnsupportedMediaType', 'The body must be application/json.')
  }
  const text = await readText(body, { maxBytes: MAX_BYTES })
  if (text === undefined) {
    throw new CallError(413, 'BodyTooLarge', `The body must not exceed ${MAX_BYTES} bytes.`)
  }
  try {
    const parsed: unknown = JSON.parse(text)
    if (isPlainObject(parsed)) return parsed
  } catch {
    // The error is thrown below, without the text.
  }
  throw new CallError(400, 'InvalidBody', 'The body must be a JSON object.')
}
