import type { Payload } from 'payload'
import { memo } from '../../core/processWide.js'

type Work = () => Promise<void>
type TransactionId = number | string

/** By transaction: what is to be done after its commit, and what when it was rolled back. */
interface Waiting {
  readonly onCommit: Map<TransactionId, Work[]>
  readonly onRollback: Map<TransactionId, Work[]>
}

const waiting = memo<object, Waiting>('workAfterTransaction')

/**
 * Does `work` when the database transaction has been committed and its connection given back,
 * before the operation that opened it goes on; never, when it is rolled back. What `work` throws
 * fails that operation. Payload has no such hook, so the database adapter's commit and roll-back
 * are wrapped, once for each adapter.
 */
export const afterCommit = (payload: Payload, transaction: TransactionId, work: Work): void =>
  add((waiting.get(payload.db) ?? watch(payload)).onCommit, transaction, work)

/**
 * Does `work` when the transaction has been rolled back and its connection given back; never, when
 * it is committed. For what must be written although the operation fails. What it throws is
 * Payload's to drop.
 */
export const afterRollback = (payload: Payload, transaction: TransactionId, work: Work): void =>
  add((waiting.get(payload.db) ?? watch(payload)).onRollback, transaction, work)

const add = (works: Map<TransactionId, Work[]>, transaction: TransactionId, work: Work) =>
  void works.set(transaction, [...(works.get(transaction) ?? []), work])

function watch({ db }: Payload): Waiting {
  const onCommit = new Map<TransactionId, Work[]>()
  const onRollback = new Map<TransactionId, Work[]>()
  const { commitTransaction, rollbackTransaction } = db
  const watched = { onCommit, onRollback }
  waiting.set(db, watched)

  const take = (works: Map<TransactionId, Work[]>, transaction: TransactionId) => {
    const taken = works.get(transaction) ?? []
    works.delete(transaction)
    return taken
  }

  db.commitTransaction = async (id) => {
    const transaction = await id
    const due = take(onCommit, transaction)
    take(onRollback, transaction)
    await commitTransaction.call(db, id)
    for (const work of due) await work()
  }

  db.rollbackTransaction = async (id) => {
    const transaction = await id
    const due = take(onRollback, transaction)
    take(onCommit, transaction)
    await rollbackTransaction.call(db, id)
    for (const work of due) await work()
  }

  return watched
}
