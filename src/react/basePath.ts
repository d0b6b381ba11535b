/**
 * `basePath` of `next.config`, which Payload's `withPayload` writes into every bundle; empty where
 * there is none.
 */
export function builtBasePath(): string {
  try {
    return process.env.NEXT_BASE_PATH ?? ''
  } catch {
    // A browser knows no `process`, and no bundler has put anything in its place.
    return ''
  }
}
