import { type SignOutReason, toSignOutReason } from './signOutReason.js'

const KEY = 'payload-jwt-revocation:signed-out'
/** Past this the reason is no news any more. */
const LASTS_MS = 10 * 60_000

/**
 * Leaves the reason for the login page, in this tab and nowhere else: not in the address, where
 * anybody could write it, send it on or read it in a log.
 */
export function leaveReason(reason: SignOutReason, now = Date.now()): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ reason, at: now }))
  } catch {
    // Storage may be forbidden or full: then the login page says nothing.
  }
}

/** The reason that was left in this tab, if that was lately. */
export function readReason(now = Date.now()): SignOutReason | undefined {
  try {
    const left: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? 'null')
    const { reason, at } = (left ?? {}) as { reason?: unknown; at?: unknown }
    const isLate = typeof at === 'number' && now - at >= 0 && now - at < LASTS_MS
    return isLate ? toSignOutReason(reason) : undefined
  } catch {
    return undefined
  }
}

/** Forgets it, so that the next visit of the login page is a plain one. */
export function forgetReason(): void {
  try {
    sessionStorage.removeItem(KEY)
  } catch {
    // As above.
  }
}
