import type { PayloadRequest } from 'payload'

/**
 * The open transaction of a request, if there is one. Where the database has none, Payload leaves a
 * promise of nothing in its place, and after it populated a relationship `{}`, which is what its
 * data loader makes of that promise as JSON. Nobody will ever commit those.
 */
export async function transactionOf({
  transactionID,
}: Pick<PayloadRequest, 'transactionID'>): Promise<number | string | undefined> {
  const transaction: unknown = await transactionID
  const isReal = typeof transaction === 'string' || typeof transaction === 'number'
  return isReal && transaction !== '' ? transaction : undefined
}

/** The same, to read or write in: nobody who holds a connection waits for another. */
export async function transactionWithin(
  req: Pick<PayloadRequest, 'transactionID'>,
): Promise<{ transactionID: number | string } | undefined> {
  const transactionID = await transactionOf(req)
  return transactionID === undefined ? undefined : { transactionID }
}
