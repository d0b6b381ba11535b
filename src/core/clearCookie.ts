import { findInTime } from './findInTime.js'
import type { Clock, Lookup } from './ports.js'
import type { Revocation } from './revocation.js'
import { subjectsOf, type Token } from './token.js'
import { isVisit } from './visit.js'

/**
 * The `Set-Cookie` that takes a revoked token out of the browser which sent these headers;
 * `undefined` where it must not, or not yet, be taken away.
 */
export type ClearCookie = (token: Token, headers: Headers) => Promise<string | undefined>

export interface ClearCookieOptions {
  /** Where it is written what took a token's place: the ledger, or a feed that can be asked. */
  lookup: Lookup
  /** The `Set-Cookie` for a token of this collection. */
  expiredCookie: (collection: string) => string
  now?: Clock
}

/**
 * For so long, in milliseconds, a script learns of a dead token without its cookie being taken: what
 * was sent before a login comes back within it.
 */
const SPARED_MS = 10_000
/** Tokens of which is known when they were first refused. */
const MOST_TOKENS = 10_000
/** Look-ups: an answer without one leaves the cookie where it is. */
const MOST_PER_SECOND = 20

/**
 * Nobody can compare a cookie before it is cleared: the browser drops the one that it has when the
 * answer arrives, which may be that of a login in between. So a cookie is cleared only
 *
 * - when its token was not replaced in its own browser, by a refresh or by a login over it, as far
 *   as is written anywhere, whichever process answers; in doubt it stays;
 * - in the answer to somebody who goes to a page, or to a program. A script of a page asks while its
 *   user logs in, so it is told for a while first.
 */
export function createClearCookie(options: ClearCookieOptions): ClearCookie {
  const { lookup, expiredCookie, now = Date.now } = options
  /** By the token's id, in the order in which they were refused first (ms). */
  const refusedAt = new Map<string, number>()
  let second = 0
  let lookups = 0

  const isToldLongAgo = ({ id }: Token, at: number) => {
    const first = refusedAt.get(id)
    if (first !== undefined) return Math.abs(at - first) >= SPARED_MS
    const [oldest] = refusedAt.keys()
    if (refusedAt.size >= MOST_TOKENS && oldest !== undefined) refusedAt.delete(oldest)
    refusedAt.set(id, at)
    return false
  }

  const mayLookUp = (at: number) => {
    const current = Math.floor(at / 1_000)
    if (current !== second) lookups = 0
    second = current
    lookups += 1
    return lookups <= MOST_PER_SECOND
  }

  return async (token, headers) => {
    const at = now()
    if (isScript(headers) && !isToldLongAgo(token, at)) return undefined
    if (!mayLookUp(at)) return undefined
    const { token: single, session } = subjectsOf(token)
    const found = await findInTime(lookup, [single, session])
    return found && !found.some(isReplacement) ? expiredCookie(token.collection) : undefined
  }
}

const isReplacement = ({ reason }: Revocation) => reason === 'rotated' || reason === 'replaced'

/** Whether a page of a browser asks, beside whatever its user does. */
function isScript(headers: Headers): boolean {
  const isBrowser =
    headers.has('Sec-Fetch-Site') || headers.get('User-Agent')?.startsWith('Mozilla/') === true
  return isBrowser && !isVisit(headers)
}
