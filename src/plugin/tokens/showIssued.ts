import type { CollectionAfterLoginHook, CollectionAfterRefreshHook, PayloadRequest } from 'payload'
import { beginningFor } from './beginnings.js'
import { draftClaims, issue, issuedFor, keepIssued } from './issued.js'

/**
 * Wraps the application's hooks after a login, so that they see the token that is issued, and not
 * the one that Payload signed first, which would not end with its session. Other plugins call these
 * hooks too, with their own tokens, which stay unchanged.
 */
export const showIssuedAfterLogin = (
  hooks: CollectionAfterLoginHook[] = [],
): CollectionAfterLoginHook[] => [
  ...(hooks.length > 0 ? [issueFor('login')] : []),
  ...hooks.map(
    (hook): CollectionAfterLoginHook =>
      (args) =>
        hook({ ...args, token: issuedFor(args.req, args.token)?.text ?? args.token }),
  ),
]

/** Like {@link showIssuedAfterLogin}, after a refresh. */
export const showIssuedAfterRefresh = (
  hooks: CollectionAfterRefreshHook[] = [],
): CollectionAfterRefreshHook[] => [
  ...(hooks.length > 0 ? [issueFor('refresh')] : []),
  ...hooks.map(
    (hook): CollectionAfterRefreshHook =>
      (args) => {
        const { exp = args.exp, text = args.token } = issuedFor(args.req, args.token) ?? {}
        return hook({ ...args, exp, token: text })
      },
  ),
]

/** Issues the token before the first hook runs, if such an operation is running. */
const issueFor =
  (operation: 'login' | 'refresh') =>
  async ({ req, token }: { req: PayloadRequest; token: string }): Promise<undefined> => {
    const claims = draftClaims(req, token)
    const beginning = claims && beginningFor(req, operation, claims)
    if (!beginning) return
    keepIssued(req, { text: token, issued: await issue(req, { claims, operation, beginning }) })
  }
