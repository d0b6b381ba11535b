import type { BeforeListTableServerProps } from 'payload'
import { DenylistFilters } from '../DenylistFilters/index.js'
import { liftedIds } from '../lifted.js'

/** More lifted revocations than this would not fit into the address of the list. */
const MAX_LIFTED = 50

/** What stands above the ledger's list. */
export async function DenylistHeader({ collectionConfig, payload }: BeforeListTableServerProps) {
  const inForce = { expiresAt: { greater_than: new Date().toISOString() } }
  const lifted = await liftedIds(payload, collectionConfig.slug, {
    where: { and: [{ lifts: { exists: true } }, inForce] },
    limit: MAX_LIFTED,
  })
  return <DenylistFilters lifted={lifted} />
}
