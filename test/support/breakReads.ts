import type { Payload } from 'payload'

/**
 * From now on this process cannot read the ledger page by page, neither the fast way nor Payload's
 * own. It cannot look up single subjects either, unless `isLookupPossible`. Returns a function that
 * repairs it.
 */
export function breakReads({ db }: Payload, { isLookupPossible = false } = {}): () => void {
  const { execute, find, drizzle } = db as unknown as Sql & Pick<typeof db, 'find'>
  const { dialect, query } = drizzle
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
  const breaksLookup = ({ sql }: { sql?: unknown }) => {
    const text = isLookupPossible || !sql ? '' : dialect.sqlToQuery(sql).sql
    return text.includes('json_build_array') && text.includes('"revocations"')
  }
  Object.assign(db, {
    execute(args: { sql?: unknown }) {
      if (breaksLookup(args)) throw new Error('locked')
      return execute.call(db, args)
    },
  })
  return () => {
    Object.assign(db, { execute })
    db.find = find
    query.revocations.findMany = findMany
  }
}

interface Sql {
  execute(args: object): unknown
  drizzle: {
    dialect: { sqlToQuery(sql: unknown): { sql: string } }
    query: { revocations: LedgerTable }
  }
}

interface LedgerTable {
  findMany(args: { limit?: number }): unknown
}
