const base = 'http://same-origin.invalid'

/**
 * The path to go to after login: `value` if it stays on this origin, otherwise `fallback`. The URL
 * parser decides, as in a browser: `//host`, `/\host`, `/<tab>/host` and `/.//host` all leave the
 * origin.
 */
export function safeRedirect(value: unknown, fallback: string): string {
  if (typeof value !== 'string' || !value.startsWith('/') || !URL.canParse(value, base)) {
    return fallback
  }
  const url = new URL(value, base)
  const isSameOrigin = url.origin === base && !url.pathname.startsWith('//')
  return isSameOrigin ? url.pathname + url.search + url.hash : fallback
}
