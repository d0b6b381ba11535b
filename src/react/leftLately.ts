const KEY = 'payload-jwt-revocation:left'
/** A tab that comes back sooner was sent back by the login page. */
const LATELY_MS = 30_000

/** Remembers in this tab that it left a page for the login page. */
export function rememberLeaving(now = Date.now()): void {
  try {
    sessionStorage.setItem(KEY, String(now))
  } catch {
    // Storage may be forbidden or full.
  }
}

/**
 * Whether this tab left for the login page just now, and the server has not said since then that
 * somebody is signed in. The login page sent it back, and would do so again and again.
 */
export function hasLeftLately(now = Date.now()): boolean {
  try {
    const left = sessionStorage.getItem(KEY)
    return left !== null && now - Number(left) < LATELY_MS
  } catch {
    return false
  }
}

/** Somebody is signed in. */
export function forgetLeaving(): void {
  try {
    sessionStorage.removeItem(KEY)
  } catch {
    // As above.
  }
}
