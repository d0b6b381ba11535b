import type { Payload } from 'payload'
import type { Revocation } from '../../core/revocation.js'
import type { Runtime } from '../runtime/runtime.js'
import { ledgerPagesFrom, ledgerTable, type RowPosition } from '../storage/ledgerPages.js'
import { isRevocation } from '../storage/lifetimes.js'

/** How many revocations one answer holds, about. */
const ROWS = 10_000

/** A part of the ledger. */
export interface LedgerPage {
  readonly revocations: readonly Revocation[]
  /** The last row, if there may be more after it. */
  readonly last: Pick<Revocation, 'expiresAt' | 'id'> | undefined
}

/** Reads rows in force at an instant (ms). */
export async function readLedgerPage(
  payload: Payload,
  { settings }: Pick<Runtime, 'settings'>,
  { from, at }: { from: RowPosition; at: number },
): Promise<LedgerPage> {
  const revocations: Revocation[] = []
  let last: Revocation | undefined
  for await (const page of ledgerPagesFrom(payload, ledgerTable(settings.slug), { from, at })) {
    revocations.push(...page.filter(isRevocation))
    last = page.at(-1)
    if (revocations.length >= ROWS) return { revocations, last }
  }
  return { revocations, last: undefined }
}
