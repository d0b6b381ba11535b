import type { Payload } from 'payload'

/**
 * From now on this process cannot read the ledger page by page, neither the fast way nor Payload's
 * own. It cannot look up single subjects either, unless `isLookupPossible`. Returns a function that
 * repairs it.
 */
export function breakReads({ db }: Payload, { isLookupPossible = false } = {}): () => void {
  const { query } = db.drizzle as unknown as { query: { revocations: LedgerTable } }
  const { find } = db
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
  return () => {
    db.find = find
    query.revocations.findMany = findMany
  }
}

interface LedgerTable {
  findMany(args: { limit?: number }): unknown
}
