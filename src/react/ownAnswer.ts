import type { ErrorAnswer } from '../wire/errors.js'
import type { LiveAnswer } from '../wire/live.js'
import { type SignOutReason, toSignOutReason } from './signOutReason.js'

/** What the live endpoint itself says about the token of a request. */
export type OwnAnswer =
  | { readonly type: 'signed-in'; readonly user: string }
  /** `reason` is `undefined` where the request had no token. */
  | { readonly type: 'signed-out'; readonly reason: SignOutReason | undefined }
  /** The browser has another token than the one in the request. */
  | { readonly type: 'replaced' }
  /** No token authenticated this request, so none can end. */
  | { readonly type: 'no-token' }

/** So often in a row a browser may show a token that it has replaced: a request was on its way. */
export const MOST_REPLACED = 3

/**
 * Reads an answer. Proxies, firewalls and login pages answer in the place of the server, with any
 * status. So a status alone means nothing: only the words of the endpoint count.
 *
 * @returns `undefined` for an answer that the endpoint did not give
 */
export async function readOwnAnswer(response: Response): Promise<OwnAnswer | undefined> {
  const body = (await response.json().catch(() => undefined)) as
    | Partial<LiveAnswer & ErrorAnswer>
    | undefined
  const { status } = response
  if (status === 200 && isUser(body?.user)) return { type: 'signed-in', user: body.user }
  const error = body?.errors?.[0]
  if (status === 400 && error?.name === 'NoToken') return { type: 'no-token' }
  if (status !== 401) return undefined
  if (error?.name === 'NotLoggedIn') return { type: 'signed-out', reason: undefined }
  if (error?.name !== 'TokenRevoked') return undefined
  const reason = error.data?.reason
  if (isReplaced(reason)) return { type: 'replaced' }
  return { type: 'signed-out', reason: toSignOutReason(reason) }
}

/** Whether this is `user:<collection>:<id>`. */
export const isUser = (value: unknown): value is string =>
  typeof value === 'string' && value.startsWith('user:')

export const isReplaced = (reason: string | undefined) =>
  reason === 'rotated' || reason === 'replaced'
