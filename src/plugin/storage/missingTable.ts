import { RevocationError } from '../../core/errors.js'

/** What the drivers of PostgreSQL say of a table, a schema or a column that is not there. */
const CODES = new Set(['42P01', '3F000', '42703'])
const SQLITE_WORDS = /no such (?:table|column)|has no column named/i

/** Whether the database lacks what a migration would make: the driver's words are at the bottom. */
export function isTableMissing(error: unknown): boolean {
  for (let each = error; each instanceof Error; each = each.cause) {
    const { code } = each as { code?: unknown }
    if (typeof code === 'string' && CODES.has(code)) return true
    if (SQLITE_WORDS.test(each.message)) return true
  }
  return false
}

/** An error of the database in our own words, where it is one of those. */
export const asMissingLedger = (cause: unknown): unknown =>
  isTableMissing(cause) ? new RevocationError('ledger-missing', undefined, { cause }) : cause
