import { extractToken } from './extractToken.js'
import { type Refusal, refusalBy } from './refusal.js'
import type { SharedRuntime } from './sharedRuntime.js'
import { readToken } from './token.js'

/** Asks the denylist about the token in these headers. Every entry point asks here. */
export async function refusalFor(
  headers: Headers,
  runtime: SharedRuntime,
): Promise<Refusal | undefined> {
  const extracted = extractToken(headers, runtime.location)
  const token = extracted && readToken(extracted.text)
  if (!token) return undefined
  const refusal = refusalBy(await runtime.denylist.judge(token))
  const isStaleCookie = refusal?.status === 'revoked' && extracted.from === 'cookie'
  return isStaleCookie
    ? { ...refusal, expiredCookie: runtime.expiredCookie(token.collection) }
    : refusal
}
