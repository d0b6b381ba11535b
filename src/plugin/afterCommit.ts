import type { Payload } from 'payload'
import { memo } from '../core/processWide.js'

type Work = () => Promise<void>
type TransactionId = number | string

const waiting = memo<object, Map<TransactionId, Work[]>>('workAfterCommit')

/**
 * Does `work` when the database transaction has been committed and its connection given back,
 * before the operation that opened it goes on; never, when it is rolled back. What `work` throws
 * fails that operation. Payload has no such hook, so the database adapter's commit and roll-back
 * are wrapped, once for each adapter.
 */
export function afterCommit(payload: Payload, transaction: TransactionId, work: Work): void {
  const works = waiting.get(payload.db) ?? watch(payload)
  works.set(transaction, [...(works.get(transaction) ?? []), work])
}

function watch({ db }: Payload) {
  const works = new Map<TransactionId, Work[]>()
  const { commitTransaction, rollbackTransaction } = db
  waiting.set(db, works)

  const take = async (id: Parameters<typeof commitTransaction>[0]) => {
    const transaction = await id
    const taken = works.get(transaction) ?? []
    works.delete(transaction)
    return taken
  }

  db.commitTransaction = async (id) => {
    const due = await take(id)
    await commitTransaction.call(db, id)
    for (const work of due) await work()
  }

  db.rollbackTransaction = async (id) => {
    await take(id)
    await rollbackTransaction.call(db, id)
  }

  return works
}
