import type { Payload } from 'payload'
import { breakStatements } from './breakStatements.js'

/**
 * From now on this process cannot read the ledger page by page, neither the fast way nor Payload's
 * own. It cannot look up single subjects either, unless `isLookupPossible`. Returns a function that
 * repairs it.
 */
export function breakReads({ db }: Payload, { isLookupPossible = false } = {}): () => void {
  const { find, drizzle } = db as unknown as Sql & Pick<typeof db, 'find'>
  const { query } = drizzle
  const { findMany } = query.revocations
  const isBroken = ({ limit }: { limit?: number }) => !isLookupPossible || Boolean(limit)
  db.find = async (args) => {
    if (args.collection === 'revocations' && isBroken(args)) throw new Error('locked')
    return find.call(db, args) as never
  }
  query.revocations.findMany = (args) => {
    if (isBroken(args)) throw new Error('locked')
    return findMany.call(query.revocations, args)
  }
  const mend = breakStatements(db, {
    isBroken: (text) =>
      !isLookupPossible && text.includes('json_build_array') && text.includes('"revocations"'),
    fail() {
      throw new Error('locked')
    },
  })
  return () => {
    mend()
    db.find = find
    query.revocations.findMany = findMany
  }
}

interface Sql {
  drizzle: { query: { revocations: LedgerTable } }
}

interface LedgerTable {
  findMany(args: { limit?: number }): unknown
}
