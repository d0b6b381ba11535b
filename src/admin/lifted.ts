import type { CollectionSlug, Payload, Where } from 'payload'
import { cache } from 'react'
import { inBatches } from '../core/inBatches.js'

/** Which of a list's rows are lifted: asked once for all cells that the same page renders. */
export async function isLifted(payload: Payload, ledger: string, id: string): Promise<boolean> {
  const { ids, found } = batchOf(payload, ledger)
  ids.push(id)
  return (await found()).has(id)
}

const batchOf = cache((payload: Payload, ledger: string) => {
  const ids: string[] = []
  let asked: Promise<ReadonlySet<string>> | undefined
  const found = () => {
    asked ??= Promise.resolve().then(() => {
      asked = undefined
      return liftedAmong(payload, ledger, ids.splice(0))
    })
    return asked
  }
  return { ids, found }
})

export async function liftedAmong(payload: Payload, ledger: string, ids: readonly string[]) {
  const lifted = inBatches(payload.db, [...new Set(ids)]).map((batch) =>
    liftedIds(payload, ledger, { where: { lifts: { in: batch } } }),
  )
  return new Set((await Promise.all(lifted)).flat())
}

/** The ids of the revocations that the lifts among the ledger's rows take back. */
export async function liftedIds(
  payload: Payload,
  ledger: string,
  { where, limit = 0 }: { where: Where; limit?: number },
): Promise<string[]> {
  const { docs } = await payload.find({
    collection: ledger as CollectionSlug,
    where,
    depth: 0,
    limit,
    pagination: false,
  })
  return docs.map((doc) => String((doc as { lifts?: string }).lifts))
}
