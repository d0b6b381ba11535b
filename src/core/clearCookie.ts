import { findInTime } from './findInTime.js'
import type { Clock, Lookup } from './ports.js'
import type { Revocation } from './revocation.js'
import { subjectsOf, type Token } from './token.js'
import { isVisit } from './visit.js'

/**
 * The `Set-Cookie` header that removes a revoked token from the browser that sent these headers;
 * `undefined` when the cookie must not be removed, or not yet.
 */
export type ClearCookie = (token: Token, headers: Headers) => Promise<string | undefined>

export interface ClearCookieOptions {
  /** Knows what replaced a token: the ledger, or a feed with `find`. */
  lookup: Lookup
  /** The `Set-Cookie` header that expires the cookie of this collection. */
  expiredCookie: (collection: string) => string
  now?: Clock
}

/**
 * For this long, in milliseconds, a script is told that its token is dead while the cookie stays.
 * Requests that were sent before a login have been answered by then.
 */
const SPARED_MS = 10_000
/** For how many tokens the time of the first refusal is kept. */
const MOST_TOKENS = 10_000
/** Look-ups per second. An answer without a look-up leaves the cookie in place. */
const MOST_PER_SECOND = 20

/**
 * Nobody can compare a cookie before clearing it: the browser drops the cookie it has when the
 * answer arrives, which may be the one from a login in between. So a cookie is cleared only when
 * both hold:
 *
 * - Its own browser has not replaced the token, by a refresh or by a new login, as far as is
 *   recorded. In doubt the cookie stays.
 * - The answer goes to a page navigation or to a program. A script of a page may run while its user
 *   logs in, so for a while it is only told.
 */
export function createClearCookie(options: ClearCookieOptions): ClearCookie {
  const { lookup, expiredCookie, now = Date.now } = options
  /** By token id, in the order of the first refusal (ms). */
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

/** Whether a script of a page sent the request, independently of what the user is doing. */
function isScript(headers: Headers): boolean {
  const isBrowser =
    headers.has('Sec-Fetch-Site') || headers.get('User-Agent')?.startsWith('Mozilla/') === true
  return isBrowser && !isVisit(headers)
}
