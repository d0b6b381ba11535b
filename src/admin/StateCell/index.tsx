import type { DefaultServerCellComponentProps } from 'payload'
import type { RevocationDoc } from '../documents.js'
import { isLifted } from '../lifted.js'
import { State } from '../State/index.js'

/** The column `state` of the ledger's list. */
export async function StateCell({
  collectionSlug,
  payload,
  rowData,
}: DefaultServerCellComponentProps) {
  const row = rowData as RevocationDoc
  const lifted = row.lifted ?? (await isLifted(payload, collectionSlug, row.id))
  return <State revocation={{ ...row, lifted }} />
}
