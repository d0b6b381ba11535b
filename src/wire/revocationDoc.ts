import type { Reason, Scope, Subject } from '../core/revocation.js'

/** A revocation in an API answer: the ledger's row, with ISO dates. */
export interface RevocationDoc {
  readonly id: string
  readonly scope: Scope
  readonly subject: Subject
  readonly reason: Reason
  readonly actor: string | null
  readonly note: string | null
  readonly ip: string | null
  readonly revokedAt: string
  readonly cutoff: string | null
  readonly exceptSession: string | null
  readonly effectiveAt: string | null
  readonly expiresAt: string
  /** The id of the revocation that this one takes back. */
  readonly lifts: string | null
  /** The subject of the revocation that this one belongs to, such as the session of a logout. */
  readonly partOf: Subject | null
}

/** `POST /revocation/revoke` */
export interface RevokeAnswer {
  readonly revocations: readonly RevocationDoc[]
  readonly dryRun: boolean
  /** How many active sessions it ends; `null` for a token, and when session records are off. */
  readonly sessions: number | null
}

/** `POST /revocation/lift` */
export interface LiftAnswer {
  readonly lifted: readonly RevocationDoc[]
  readonly dryRun: boolean
}

/** `POST /revocation/explain` */
export interface ExplainAnswer {
  readonly revoked: boolean
  readonly by: readonly RevocationDoc[]
}

/** `GET /revocation/list`: one page, in the shape of Payload's own lists. */
export interface ListAnswer {
  readonly docs: readonly RevocationDoc[]
  readonly totalDocs: number
  readonly limit: number
  readonly page?: number | undefined
  readonly totalPages: number
  readonly pagingCounter: number
  readonly hasPrevPage: boolean
  readonly hasNextPage: boolean
  readonly prevPage?: number | null | undefined
  readonly nextPage?: number | null | undefined
}
