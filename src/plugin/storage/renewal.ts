import type { Payload } from 'payload'
import { memo } from '../../core/processWide.js'
import type { Revocation } from '../../core/revocation.js'
import { insertWith } from '../database/insertWith.js'
import type { RowUpdate } from '../database/updateRows.js'
import type { LedgerTable } from './ledgerPages.js'
import type { Row } from './ledgerRow.js'

/** What a refresh changes in the record of its session. */
export interface Renewal {
  readonly update: RowUpdate
  /** The record, once it was changed together with a revocation; `null` if there is none. */
  record?: { readonly userAgent: string | null } | null
}

const renewals = memo<Revocation, Renewal>('renewals')

/** Lets {@link appendRenewing} write a renewal in the statement that writes this revocation. */
export const renewWith = (revocation: Revocation, renewal: Renewal) =>
  void renewals.set(revocation, renewal)

/**
 * Appends a revocation, and what waits for it, by one statement. `false`, without having done
 * anything, if nothing waits, or if the database cannot do that now.
 */
export async function appendRenewing(
  payload: Payload,
  { table }: LedgerTable,
  { revocations, rowOf }: { revocations: readonly Revocation[]; rowOf: (each: Revocation) => Row },
): Promise<boolean> {
  const [only, ...others] = revocations
  const renewal = only && renewals.get(only)
  if (!renewal || others.length > 0) return false
  const { update } = renewal
  try {
    const found = await insertWith(payload, { table, row: rowOf(only), update, field: 'userAgent' })
    if (!found) return false
    const [userAgent] = found
    renewal.record = found.length > 0 ? { userAgent: (userAgent as string | null) ?? null } : null
    return true
  } catch {
    // If the fast way fails for any reason, the usual way is used.
    return false
  }
}
