import type { PayloadRequest } from 'payload'

/**
 * The open transaction of a request, if there is one. If the database has no transactions, Payload
 * leaves a promise of nothing in this place. After Payload has populated a relationship it is `{}`,
 * because its data loader turns that promise into JSON. Neither is ever committed.
 */
export async function transactionOf({
  transactionID,
}: Pick<PayloadRequest, 'transactionID'>): Promise<number | string | undefined> {
  const transaction: unknown = await transactionID
  const isReal = typeof transaction === 'string' || typeof transaction === 'number'
  return isReal && transaction !== '' ? transaction : undefined
}

/** The same, to read or write in. A caller that holds one connection must not wait for a second. */
export async function transactionWithin(
  req: Pick<PayloadRequest, 'transactionID'>,
): Promise<{ transactionID: number | string } | undefined> {
  const transactionID = await transactionOf(req)
  return transactionID === undefined ? undefined : { transactionID }
}
