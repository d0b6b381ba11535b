import type { Payload } from 'payload'
import { isoDate } from '../../core/isoDate.js'
import type { Revocation } from '../../core/revocation.js'
import { userSubject } from '../../core/token.js'
import { documentsWithRow } from '../database/documentsWithRow.js'
import { ledgerTable } from './ledgerPages.js'
import { COLUMNS, fromRow, type Row } from './ledgerRow.js'

export interface Account {
  readonly id: number | string
  /** The latest cut-off in force against this user or everyone, as the ledger has it now. */
  readonly latest: Revocation | undefined
}

/**
 * The accounts with one of these names in one of these fields, and the cut-off that a new token of
 * each must be later than, from one statement. So it costs the same however many there are. A token
 * does not step over `change-begun` (see `issueTime`). `undefined` when the database cannot do that.
 */
export async function accountsWithCutoff(
  payload: Payload,
  slug: string,
  { collection, fields, names }: { collection: string; fields: string[]; names: string[] },
): Promise<Account[] | undefined> {
  try {
    const found = await documentsWithRow(payload, {
      ...{ collection, fields, values: names, columns: COLUMNS },
      ...{ table: ledgerTable(slug).table, latestBy: 'cutoff' },
      where: ({ id, named, sql }) => sql`${named('subject')}
        IN ('everyone', ${userSubject(collection, '')} || ${id})
        AND ${named('expiresAt')} > ${isoDate(Date.now())}
        AND ${named('cutoff')} IS NOT NULL AND ${named('reason')} <> 'change-begun'`,
    })
    return found?.map(({ id, row }) => ({ id, latest: row && fromRow(row as Row) }))
  } catch {
    // If the fast way fails for any reason, the usual way is used.
    return undefined
  }
}
