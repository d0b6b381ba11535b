/**
 * The paths of an auth collection, relative to the collection, that accept a `POST` without a good
 * token: logging in, and what helps with it. A stale cookie must not stop anyone from logging in
 * again. `:id` stands for one segment, as in Payload's own paths.
 */
export const OPEN_PATHS: readonly string[] = [
  '/login',
  '/forgot-password',
  '/reset-password',
  '/first-register',
  '/verify/:id',
]

/** Returns a check whether a path matches one of these patterns. `:name` stands for one segment. */
export function pathMatcher(patterns: readonly string[]): (path: string) => boolean {
  const sources = patterns.map((pattern) =>
    withoutEndSlash(pattern)
      .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
      .replace(/:\w+/g, '[^/]+'),
  )
  const matching = new RegExp(`^(?:${sources.join('|')})/?$`)
  return (path) => sources.length > 0 && matching.test(path)
}

export const withoutEndSlash = (path: string) => path.replace(/\/$/, '')
