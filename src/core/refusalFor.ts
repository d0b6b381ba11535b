import { extractToken } from './extractToken.js'
import { type Refusal, refusalBy } from './refusal.js'
import type { SharedRuntime } from './sharedRuntime.js'
import { readToken } from './token.js'

/**
 * Asks the denylist about the token in these headers. Every entry point uses this function. A text
 * that this application did not sign is not our token and is left to Payload. It never rejects: if
 * anything fails here, the token is refused.
 */
export async function refusalFor(
  headers: Headers,
  runtime: SharedRuntime,
): Promise<Refusal | undefined> {
  try {
    return await judge(headers, runtime)
  } catch (err) {
    runtime.logger?.error({ err }, 'Revocations: a token could not be judged, so it is refused')
    return { status: 'unknown' }
  }
}

async function judge(
  headers: Headers,
  { clearCookie, denylist, isOurs, lifetimeOf, location }: SharedRuntime,
): Promise<Refusal | undefined> {
  const extracted = extractToken(headers, location)
  const token = extracted && readToken(extracted.text, lifetimeOf)
  if (!token) return undefined
  const refusal = refusalBy(await denylist.judge(token))
  if (!refusal || (isOurs && !(await isSpeltOurs(extracted.text, isOurs)))) return undefined
  if (refusal.status === 'unknown') {
    return denylist.state.isLedgerMissing ? { ...refusal, isLedgerMissing: true } : refusal
  }
  const isStaleCookie = extracted.from === 'cookie'
  if (!(isStaleCookie && clearCookie)) return refusal
  return { ...refusal, clearCookie: () => clearCookie(token, headers) }
}

/**
 * A revoked token is refused in every spelling: with spaces, with padding, or in base64 instead of
 * base64url.
 */
async function isSpeltOurs(text: string, isOurs: NonNullable<SharedRuntime['isOurs']>) {
  if (await isOurs(text)) return true
  const usual = text.replace(/[\s=]/g, '').replaceAll('+', '-').replaceAll('/', '_')
  return usual !== text && isOurs(usual)
}
