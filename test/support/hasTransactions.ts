import type { Payload } from 'payload'

/** Whether an operation that fails leaves nothing behind. */
export async function hasTransactions({ db }: Payload): Promise<boolean> {
  const transaction = await db.beginTransaction()
  if (transaction === null) return false
  await db.rollbackTransaction(transaction)
  return true
}
