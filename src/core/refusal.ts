import { sentenceOf } from './errors.js'
import type { Scope } from './revocation.js'
import type { ReachedLimit } from './sessionLimits.js'
import type { Verdict } from './verdict.js'

/**
 * What caused a token to be refused. `session-over`, `idle`: its session reached a limit.
 * `too-old`: it is older than revocations are kept, or its age is unknown.
 */
export type RefusedScope = Scope | ReachedLimit | 'too-old'

/** Why a request's token is refused. */
export interface Refusal {
  /** `revoked`, or `unknown` while the token cannot be judged. */
  readonly status: Exclude<Verdict['status'], 'valid'>
  /** Absent while the token cannot be judged. */
  readonly scope?: RefusedScope
  /** The token cannot be judged because the ledger does not exist yet: a migration was not run. */
  readonly isLedgerMissing?: boolean
  /**
   * For a revoked token that came in a cookie: the `Set-Cookie` that removes it from the browser,
   * if it may be removed. Called when the answer is made.
   */
  readonly clearCookie?: () => Promise<string | undefined>
}

/** The refusal for a verdict, if it asks for one. */
export function refusalBy(verdict: Verdict): Refusal | undefined {
  const { status } = verdict
  if (status === 'valid') return undefined
  if (status === 'unknown') return { status }
  return { status, scope: typeof verdict.by === 'string' ? verdict.by : verdict.by.scope }
}

/**
 * The answer to a refused request: 401 with `WWW-Authenticate` (RFC 6750 §3.1) for a revoked token,
 * 503 with `Retry-After` while the token cannot be judged. The body has Payload's error shape. It
 * does not contain the reason, because the sender may not be the token's owner. A caller that has
 * verified the token can add the reason in `data`.
 */
export async function refusalResponse(refusal: Refusal, data?: object): Promise<Response> {
  const { body, ...answer } = refusalAnswer(refusal, data)
  const headers = new Headers(answer.headers)
  const cleared = await refusal.clearCookie?.()
  if (cleared) headers.set('Set-Cookie', cleared)
  return Response.json(body, { status: answer.status, headers })
}

/** An answer to a refused request, for any server. */
export interface RefusalAnswer {
  /** 503 while the token cannot be judged, otherwise 401. */
  readonly status: 401 | 503
  /** With `WWW-Authenticate` (RFC 6750 §3) or `Retry-After`; never to be cached. */
  readonly headers: Readonly<Record<string, string>>
  /** For JSON, in Payload's error shape. */
  readonly body: { readonly errors: readonly { readonly name: string; readonly message: string }[] }
}

/** Like {@link refusalResponse}, without the cookie, as a plain object. */
export function refusalAnswer(refusal: Refusal, data?: object): RefusalAnswer {
  const message = messageOf(refusal)
  return refusal.status === 'unknown'
    ? unavailableAnswer(message)
    : unauthorizedAnswer({ name: 'TokenRevoked', message, challenge: CHALLENGE }, data)
}

const unavailableAnswer = (message: string, retryAfter = 1): RefusalAnswer => ({
  status: 503,
  headers: { 'Cache-Control': 'no-store', 'Retry-After': String(retryAfter) },
  body: errorBody('RevocationUnknown', message),
})

export const unauthorizedAnswer = (
  { name, message, challenge }: { name: string; message: string; challenge: string },
  data?: object,
): RefusalAnswer => ({
  status: 401,
  headers: { 'Cache-Control': 'no-store', 'WWW-Authenticate': challenge },
  body: errorBody(name, message, data),
})

const MESSAGES = {
  revoked: 'The token has been revoked.',
  unknown: 'The token cannot be checked for revocation right now.',
} as const

/** The message for the sender of the token. */
export const messageOf = ({
  status,
  isLedgerMissing,
}: Pick<Refusal, 'isLedgerMissing' | 'status'>): string =>
  isLedgerMissing ? sentenceOf('ledger-missing') : MESSAGES[status]

/** RFC 6750 §3.1. */
export const CHALLENGE =
  'Bearer error="invalid_token", error_description="The token has been revoked"'

const errorBody = (name: string, message: string, data?: object) => ({
  errors: [{ name, message, ...(data && { data }) }],
})
