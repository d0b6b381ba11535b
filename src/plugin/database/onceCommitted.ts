import type { Payload, PayloadRequest } from 'payload'
import { memo } from '../../core/processWide.js'
import { transactionOf } from './transactionOf.js'

type Work = () => Promise<unknown>
type TransactionalRequest = Pick<PayloadRequest, 'payload' | 'transactionID'>
type TransactionId = number | string

/** By transaction: the work to do right before its commit, after it, and after its rollback. */
interface Waiting {
  readonly beforeCommit: Map<TransactionId, Work[]>
  readonly onCommit: Map<TransactionId, Work[]>
  readonly onRollback: Map<TransactionId, Work[]>
}

const waiting = memo<object, Waiting>('workAfterTransaction')

/**
 * Does `work` when the writes of the request have been committed. Without a transaction that is at
 * once. Otherwise it is after the commit: the connection has been released, and the operation that
 * opened the transaction has not gone on yet. After a rollback it is never done. An error in `work`
 * fails that operation. Payload has no such hook, so the adapter's commit and rollback are wrapped,
 * once per adapter.
 */
export async function onceCommitted(req: TransactionalRequest, work: Work): Promise<void> {
  const transaction = await transactionOf(req)
  if (transaction === undefined) await work()
  else add(watched(req.payload).onCommit, transaction, work)
}

/**
 * Does `work` when the transaction of the request has been rolled back and its connection released.
 * Use it for what must be written although the operation fails. Without a transaction it is done at
 * once; after a commit never. Payload drops errors of `work` after a rollback.
 */
export async function onceRolledBack(req: TransactionalRequest, work: Work): Promise<void> {
  const transaction = await transactionOf(req)
  if (transaction === undefined) await work()
  else add(watched(req.payload).onRollback, transaction, work)
}

/**
 * Does `work` inside the request's transaction, right before its commit. An error stops the commit.
 * Without a transaction, or at a rollback, it is not done.
 */
export async function beforeCommit(req: TransactionalRequest, work: Work): Promise<void> {
  const transaction = await transactionOf(req)
  if (transaction !== undefined) add(watched(req.payload).beforeCommit, transaction, work)
}

const add = (works: Map<TransactionId, Work[]>, transaction: TransactionId, work: Work) =>
  void works.set(transaction, [...(works.get(transaction) ?? []), work])

const watched = (payload: Payload) => waiting.get(payload.db) ?? watch(payload)

function watch({ db }: Payload): Waiting {
  const works: Waiting = { beforeCommit: new Map(), onCommit: new Map(), onRollback: new Map() }
  const { commitTransaction, rollbackTransaction } = db
  waiting.set(db, works)

  /** Wraps `end`, which ends a transaction, with the work that must come before and after it. */
  const ending =
    (
      end: typeof commitTransaction,
      { before, after }: { before?: keyof Waiting; after: keyof Waiting },
    ): typeof commitTransaction =>
    async (id) => {
      const transaction = await id
      if (before) for (const each of works[before].get(transaction) ?? []) await each()
      const work = works[after].get(transaction) ?? []
      for (const each of Object.values(works)) each.delete(transaction)
      await end.call(db, id)
      for (const each of work) await each()
    }

  db.commitTransaction = ending(commitTransaction, { before: 'beforeCommit', after: 'onCommit' })
  db.rollbackTransaction = ending(rollbackTransaction, { after: 'onRollback' })
  return works
}
