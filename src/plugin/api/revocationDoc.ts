import { isoDate } from '../../core/isoDate.js'
import type { Revocation } from '../../core/revocation.js'

/** A revocation as the calls answer with it: the ledger's row, with ISO dates. */
export interface RevocationDoc {
  readonly id: string
  readonly scope: string
  readonly subject: string
  readonly reason: string
  readonly actor: string | null
  readonly note: string | null
  readonly ip: string | null
  readonly revokedAt: string
  readonly cutoff: string | null
  readonly exceptSession: string | null
  readonly effectiveAt: string | null
  readonly expiresAt: string
  /** The id of the revocation that this takes back. */
  readonly lifts: string | null
}

export const revocationDoc = (revocation: Revocation): RevocationDoc => ({
  id: revocation.id,
  scope: revocation.scope,
  subject: revocation.subject,
  reason: revocation.reason,
  actor: revocation.actor ?? null,
  note: revocation.note ?? null,
  ip: revocation.ip ?? null,
  revokedAt: isoDate(revocation.revokedAt),
  cutoff: isoDateOr(revocation.cutoff),
  exceptSession: revocation.exceptSession ?? null,
  effectiveAt: isoDateOr(revocation.effectiveAt),
  expiresAt: isoDate(revocation.expiresAt),
  lifts: revocation.lifts ?? null,
})

/**
 * What the owner of a token or session is told. What administrators wrote down, who they are and
 * where they sat is for administrators.
 */
export const revocationDocForOwner = (revocation: Revocation, owner: string): RevocationDoc => {
  const doc = revocationDoc(revocation)
  return doc.actor === owner ? doc : { ...doc, actor: null, note: null, ip: null }
}

const isoDateOr = (timeMs: number | undefined) => (timeMs === undefined ? null : isoDate(timeMs))
