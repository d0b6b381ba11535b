import { isoDate } from '../../core/isoDate.js'
import type { Revocation } from '../../core/revocation.js'
import type { RevocationDoc } from '../../wire/revocationDoc.js'

/** The ledger's row as an API answer contains it. */
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
 * A revocation as the owner of the token or session may see it. Notes, names and addresses of
 * administrators are left out.
 */
export const revocationDocForOwner = (revocation: Revocation, owner: string): RevocationDoc => {
  const doc = revocationDoc(revocation)
  return doc.actor === owner ? doc : { ...doc, actor: null, note: null, ip: null }
}

const isoDateOr = (timeMs: number | undefined) => (timeMs === undefined ? null : isoDate(timeMs))
