import { JWT_AUTH_VERSION, type PayloadRequest } from 'payload'
import { memo } from '../../core/processWide.js'
import { readClaims } from '../../core/readClaims.js'
import type { Revocation } from '../../core/revocation.js'
import { readToken, type Token } from '../../core/token.js'
import { tokenOfRequest } from '../request/tokenOfRequest.js'
import { verifyToken } from '../request/verifyToken.js'
import { runtimeOf } from '../runtime/runtimeOf.js'
import { type Beginning, beginningFor, issueTimeOf } from './beginnings.js'
import { mintToken } from './mintToken.js'

/** A token that replaces one that Payload signed. */
export interface Issued {
  readonly text: string
  /** Seconds since the epoch. */
  readonly exp: number
  readonly token: Token
  /** The token that was refreshed. */
  readonly refreshed: Token | undefined
  /** What the ledger contained when the operation began. */
  readonly known: readonly Revocation[]
}

type IssuedClaims = Readonly<Record<string, unknown>>

export type IssuingOperation = 'login' | 'refresh' | 'resetPassword'

interface Draft {
  readonly text: string
  readonly issued: Issued
}

/** What was issued for a running operation, until the operation returns it. */
const drafts = memo<PayloadRequest, Draft[]>('draftsInRequest')

/**
 * The claims of a token that Payload signed. If a hook of the application replaced it with another
 * kind of token, it is not signed again, because Payload's own strategy would then accept it.
 */
export function draftClaims(req: PayloadRequest, text: unknown) {
  if (typeof text !== 'string') return undefined
  const { authVersion } = readClaims(`.${text.split('.', 1)[0]}.`) ?? {}
  return authVersion === JWT_AUTH_VERSION ? verifyToken(req.payload, text) : undefined
}

/** Signs a draft again, with an id and a session. */
export async function issue(
  req: PayloadRequest,
  {
    claims,
    operation,
    session,
    beginning = operation === 'resetPassword' ? undefined : beginningFor(req, operation, claims),
  }: {
    claims: IssuedClaims
    operation: IssuingOperation
    /** Default: the session of the refreshed token, or a new one. */
    session?: string | undefined
    beginning?: Beginning | undefined
  },
): Promise<Issued> {
  const { settings } = runtimeOf(req.payload)
  const refreshed = operation === 'refresh' ? tokenOfRequest(req) : undefined
  const { exp, token: text } = await mintToken({
    claims,
    // If Payload keeps sessions itself, its `sid` stays.
    session:
      typeof claims.sid === 'string'
        ? claims.sid
        : (session ?? refreshed?.session ?? crypto.randomUUID()),
    issuedAt: issuedAfter(refreshed, { beginning, claims }),
    parent: refreshed?.id,
    again: beginning?.again,
    sessionStartedAt: refreshed?.sessionStartedAt ?? Date.now(),
    limits: settings.sessionLimits,
    secret: req.payload.secret,
  })
  const token = readToken(text) as Token
  return { text, exp, token, refreshed, known: beginning?.known ?? [] }
}

/** It must also be later than the refreshed token, because the times show which token is newer. */
function issuedAfter(
  refreshed: Token | undefined,
  { beginning, claims }: { beginning: Beginning | undefined; claims: IssuedClaims },
): number {
  const issuedAt = issueTimeOf(beginning, claims)
  return beginning && refreshed ? Math.max(issuedAt, refreshed.issuedAt + 1) : issuedAt
}

export function keepIssued(req: PayloadRequest, draft: Draft) {
  drafts.set(req, [...(drafts.get(req) ?? []), draft])
}

/** The token that hooks see instead of the one that Payload signed. */
export const issuedFor = (req: PayloadRequest, text: string | undefined): Issued | undefined =>
  drafts.get(req)?.findLast((draft) => draft.text === text)?.issued

/** Takes what was issued for the operation that returns this text. Each is taken once. */
export function takeIssued(req: PayloadRequest, text: unknown): Issued | undefined {
  const kept = drafts.get(req) ?? []
  const taken = kept.find((draft) => draft.text === text || draft.issued.text === text)
  drafts.set(
    req,
    kept.filter((draft) => draft !== taken),
  )
  return taken?.issued
}
