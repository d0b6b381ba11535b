import type { UIFieldServerProps } from 'payload'
import { type RevocationRow, reasonLabel, scopeLabel } from '../labels.js'
import { isLifted } from '../lifted.js'
import { RowTitle } from '../RowTitle/index.js'
import { State } from '../State/index.js'
import { stringsFor } from '../stringsFor.js'

/** What a revocation is and its state, at the top of its document. */
export async function StateField({ collectionSlug, data, i18n, payload }: UIFieldServerProps) {
  const row = data as RevocationRow
  if (!row.id || !row.expiresAt) return null
  const t = stringsFor(i18n.t)
  return (
    <div className="field-type">
      <RowTitle at={row.revokedAt} subject={row.subject} />
      <h2 className="jwt-summary">
        {t('endedBecause', {
          scope: scopeLabel(row.scope, t),
          reason: reasonLabel(row.reason, t),
        })}
      </h2>
      <State isLifted={await isLifted(payload, collectionSlug, row.id)} row={row} />
    </div>
  )
}
