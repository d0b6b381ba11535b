import type { Payload } from 'payload'
import { isoDate } from '../../core/isoDate.js'
import type { Revocation } from '../../core/revocation.js'
import { userSubject } from '../../core/token.js'
import { documentsWithRows } from '../database/documentsWithRows.js'
import { ledgerTable } from './ledgerPages.js'
import { COLUMNS, fromRow, type Row } from './ledgerRow.js'

export interface Account {
  readonly id: number | string
  /** What is in force against this user and everyone, as the ledger has it now. */
  readonly known: readonly Revocation[]
}

/**
 * The accounts with one of these names in one of these fields, and the cut-offs against them, from
 * one statement. `undefined` when the database cannot do that.
 */
export async function accountsWithCutoffs(
  payload: Payload,
  slug: string,
  { collection, fields, names }: { collection: string; fields: string[]; names: string[] },
): Promise<Account[] | undefined> {
  try {
    const found = await documentsWithRows(payload, {
      ...{ collection, fields, values: names, columns: COLUMNS },
      table: ledgerTable(slug).table,
      where: ({ id, named, sql }) => sql`${named('subject')}
        IN ('everyone', ${userSubject(collection, '')} || ${id})
        AND ${named('expiresAt')} > ${isoDate(Date.now())}`,
    })
    return found?.map(({ id, rows }) => ({ id, known: (rows as Row[]).map(fromRow) }))
  } catch {
    // If the fast way fails for any reason, the usual way is used.
    return undefined
  }
}
