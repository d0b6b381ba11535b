import type { UIFieldServerProps } from 'payload'
import type { RevocationDoc } from '../documents.js'
import { isLifted } from '../lifted.js'
import { State } from '../State/index.js'
import { stringsFor } from '../stringsFor.js'

/** The state of a revocation at the top of its document. */
export async function StateField({ collectionSlug, data, i18n, payload }: UIFieldServerProps) {
  const row = data as RevocationDoc
  if (!row.id || !row.expiresAt) return null
  const lifted = row.lifted ?? (await isLifted(payload, collectionSlug, row.id))
  return (
    <div className="field-type">
      <span className="field-label">{stringsFor(i18n.t)('state')}</span>
      <State revocation={{ ...row, lifted }} />
    </div>
  )
}
