import { isoDate } from '../../core/isoDate.js'
import type { Revocation } from '../../core/revocation.js'
import type { RevocationDoc } from '../../wire/revocationDoc.js'

/** The row of the ledger as the calls answer with it. */
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
  partOf: revocation.partOf ?? null,
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
