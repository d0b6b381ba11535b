import type { UIFieldServerProps } from 'payload'
import type { RevocationDoc } from '../documents.js'
import { reasonLabel, scopeLabel } from '../labels.js'
import { isLifted } from '../lifted.js'
import { State } from '../State/index.js'
import { stringsFor } from '../stringsFor.js'

/** What a revocation is and its state, at the top of its document. */
export async function StateField({ collectionSlug, data, i18n, payload }: UIFieldServerProps) {
  const row = data as RevocationDoc
  if (!row.id || !row.expiresAt) return null
  const t = stringsFor(i18n.t)
  const lifted = row.lifted ?? (await isLifted(payload, collectionSlug, row.id))
  return (
    <div className="field-type">
      <h2 className="jwt-summary">
        {scopeLabel(row.scope, t)}: {reasonLabel(row.reason, t)}
      </h2>
      <State revocation={{ ...row, lifted }} />
    </div>
  )
}
