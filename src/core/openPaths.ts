/**
 * The paths of an auth collection, below its own, whose `POST` needs no good token: what signs
 * people in or helps them to. A stale cookie must not stop anyone from logging in again.
 * `:id` stands for one segment, as in Payload's own paths.
 */
export const OPEN_PATHS: readonly string[] = [
  '/login',
  '/forgot-password',
  '/reset-password',
  '/first-register',
  '/verify/:id',
]
