import type { DefaultServerCellComponentProps } from 'payload'
import type { RevocationRow } from '../labels.js'
import { isLifted } from '../lifted.js'
import { State } from '../State/index.js'

/** The column `state` of the ledger's list. */
export async function StateCell({
  collectionSlug,
  payload,
  rowData,
}: DefaultServerCellComponentProps) {
  const row = rowData as RevocationRow
  return <State isLifted={await isLifted(payload, collectionSlug, row.id)} row={row} />
}
