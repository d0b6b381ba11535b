import type { Payload, PayloadRequest } from 'payload'
import { memo } from '../../core/processWide.js'
import { transactionOf } from './transactionOf.js'

type Work = () => Promise<unknown>
type TransactionalRequest = Pick<PayloadRequest, 'payload' | 'transactionID'>
type TransactionId = number | string

/** By transaction: what is to be done after its commit, and what when it was rolled back. */
interface Waiting {
  readonly onCommit: Map<TransactionId, Work[]>
  readonly onRollback: Map<TransactionId, Work[]>
}

const waiting = memo<object, Waiting>('workAfterTransaction')

/**
 * Does `work` when what the request writes has been committed: at once where the request has no
 * transaction, else after the commit, when the connection was given back and before the operation
 * that opened it goes on; never, when it is rolled back. What `work` throws fails that operation.
 * Payload has no such hook, so the database adapter's commit and roll-back are wrapped, once for
 * each adapter.
 */
export async function onceCommitted(req: TransactionalRequest, work: Work): Promise<void> {
  const transaction = await transactionOf(req)
  if (transaction === undefined) await work()
  else add(watched(req.payload).onCommit, transaction, work)
}

/**
 * Does `work` when the request's transaction has been rolled back and its connection given back:
 * for what must be written although the operation fails. At once where there is no transaction;
 * never, when it is committed. What `work` throws after a roll-back is Payload's to drop.
 */
export async function onceRolledBack(req: TransactionalRequest, work: Work): Promise<void> {
  const transaction = await transactionOf(req)
  if (transaction === undefined) await work()
  else add(watched(req.payload).onRollback, transaction, work)
}

const add = (works: Map<TransactionId, Work[]>, transaction: TransactionId, work: Work) =>
  void works.set(transaction, [...(works.get(transaction) ?? []), work])

const watched = (payload: Payload) => waiting.get(payload.db) ?? watch(payload)

function watch({ db }: Payload): Waiting {
  const onCommit = new Map<TransactionId, Work[]>()
  const onRollback = new Map<TransactionId, Work[]>()
  const { commitTransaction, rollbackTransaction } = db
  const works = { onCommit, onRollback }
  waiting.set(db, works)

  /** Does what `end` does to a transaction, and then what was to be done after that. */
  const ending =
    (end: typeof commitTransaction, due: keyof Waiting): typeof commitTransaction =>
    async (id) => {
      const transaction = await id
      const work = works[due].get(transaction) ?? []
      onCommit.delete(transaction)
      onRollback.delete(transaction)
      await end.call(db, id)
      for (const each of work) await each()
    }

  db.commitTransaction = ending(commitTransaction, 'onCommit')
  db.rollbackTransaction = ending(rollbackTransaction, 'onRollback')
  return works
}
