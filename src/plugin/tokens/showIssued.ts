import type { CollectionAfterLoginHook, CollectionAfterRefreshHook, PayloadRequest } from 'payload'
import { beginningFor } from './beginnings.js'
import { draftClaims, issue, issuedFor, keepIssued } from './issued.js'

/**
 * The application's hooks after a login, which see the token that is handed out, and not the one
 * that Payload signed first: that one would not end with its session. Other plugins call these
 * hooks as well, with tokens of their own, which stay as they are.
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

/** As {@link showIssuedAfterLogin}, after a refresh. */
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

/** Issues the token when the first hook would see it, if such an operation is what is under way. */
const issueFor =
  (operation: 'login' | 'refresh') =>
  async ({ req, token }: { req: PayloadRequest; token: string }): Promise<undefined> => {
    const claims = draftClaims(req, token)
    const beginning = claims && beginningFor(req, operation, claims)
    if (!beginning) return
    keepIssued(req, { text: token, issued: await issue(req, { claims, operation, beginning }) })
  }
