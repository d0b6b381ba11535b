import type { Payload, PayloadRequest } from 'payload'
import { inBatches } from '../../core/inBatches.js'
import type { Revocation } from '../../core/revocation.js'
import { insertRows } from '../database/insertRows.js'
import { isLocalSqlite } from '../database/localSqlite.js'
import { isPostgres } from '../database/onPostgres.js'
import { primaryOf } from '../database/primaryOf.js'
import { transactionWithin } from '../database/transactionOf.js'
import { untilCommitted } from '../database/untilCommitted.js'
import { writeTogether } from '../database/writeTogether.js'
import type { LedgerTable } from './ledgerPages.js'
import type { Row } from './ledgerRow.js'
import { appendRenewing } from './renewal.js'

/** Logouts that come together are written together, and none waits behind a write that hangs. */
export const BESIDE = { atOnce: 2, patienceMs: 1_000 }

/** Writes rows of the ledger. A row that is already there stays as it is. */
export interface LedgerWrites {
  /** Outside a transaction. The rows are durable when it resolves. */
  append(revocations: readonly Revocation[]): Promise<void>
  /** In the transaction of a Payload request. */
  appendWithin(revocations: readonly Revocation[], transaction: object): Promise<void>
}

export function ledgerWrites(
  payload: Payload,
  where: LedgerTable,
  rowOf: (revocation: Revocation) => Row,
): LedgerWrites {
  const { collection, table } = where

  const areThere = async (revocations: readonly Revocation[], within?: object) => {
    const ids = [...new Set(revocations.map(({ id }) => id))]
    let there = 0
    for (const batch of inBatches(payload.db, ids)) {
      const { totalDocs } = await primaryOf(payload.db).count({
        collection,
        where: { id: { in: batch } },
        req: within as Partial<PayloadRequest> | undefined,
      })
      there += totalDocs
    }
    return there === ids.length
  }

  const create = (revocation: Revocation, within?: object) =>
    payload.db.create({
      collection,
      data: rowOf(revocation),
      req: within as Partial<PayloadRequest> | undefined,
      returning: false,
    })

  const createUnlessThere = async (revocation: Revocation) => {
    try {
      await create(revocation)
    } catch (cause) {
      if (!(await areThere([revocation]).catch(() => false))) throw cause
    }
  }

  const write = async (revocations: readonly Revocation[]) => {
    if (await insertRows(payload, { collection, table, rows: revocations.map(rowOf) })) return
    for (const revocation of revocations) await createUnlessThere(revocation)
  }

  const commit = (revocations: readonly Revocation[]) =>
    untilCommitted(payload, {
      write: () => write(revocations),
      isThere: () => areThere(revocations),
    })

  /** A file has only one writer anyway. */
  const commitInFile = writeTogether(commit)
  const commitTogether = writeTogether(commit, BESIDE)

  return {
    async append(revocations) {
      if (await appendRenewing(payload, where, { revocations, rowOf })) return
      if (isLocalSqlite(payload.db)) return commitInFile(revocations)
      await (isPostgres(payload.db) ? commitTogether(revocations) : commit(revocations))
    },

    async appendWithin(revocations, transaction) {
      const within = await transactionWithin(transaction as Pick<PayloadRequest, 'transactionID'>)
      const rows = revocations.map(rowOf)
      if (within && (await insertRows(payload, { collection, table, rows, within }))) return
      for (const revocation of revocations)
        if (!(await areThere([revocation], transaction))) await create(revocation, transaction)
    },
  }
}
