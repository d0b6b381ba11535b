import { RevocationError } from '../../core/errors.js'

/** PostgreSQL's error codes for a missing table, schema or column. */
const CODES = new Set(['42P01', '3F000', '42703'])
const SQLITE_WORDS = /no such (?:table|column)|has no column named/i

/** Whether a migration is missing. The driver's error is at the end of the chain of causes. */
export function isTableMissing(error: unknown): boolean {
  for (let each = error; each instanceof Error; each = each.cause) {
    const { code } = each as { code?: unknown }
    if (typeof code === 'string' && CODES.has(code)) return true
    if (SQLITE_WORDS.test(each.message)) return true
  }
  return false
}

/** Turns such a database error into `ledger-missing`. Other errors stay unchanged. */
export const asMissingLedger = (cause: unknown): unknown =>
  isTableMissing(cause) ? new RevocationError('ledger-missing', undefined, { cause }) : cause
