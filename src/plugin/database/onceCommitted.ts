import type { Payload, PayloadRequest } from 'payload'
import { memo } from '../../core/processWide.js'
import { transactionOf } from './transactionOf.js'

type Work = () => Promise<unknown>
type TransactionalRequest = Pick<PayloadRequest, 'payload' | 'transactionID'>
type TransactionId = number | string

/** By transaction: what is to be done right before its commit, after it, and after its roll-back. */
interface Waiting {
  readonly beforeCommit: Map<TransactionId, Work[]>
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

/**
 * Does `work` inside the request's transaction, as the last before its commit. What it throws stops
 * the commit. Never, where there is no transaction or when it is rolled back.
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

  /** Does what `end` does to a transaction, between what was to be done before and after that. */
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
