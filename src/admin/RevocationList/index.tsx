'use client'
import { Link, useConfig } from '@payloadcms/ui'
import { formatAdminURL } from 'payload/shared'
import type { RevocationDoc } from '../../wire/revocationDoc.js'
import { reasonLabel, scopeLabel } from '../labels.js'
import { Person } from '../Person/index.js'
import { Time } from '../Time/index.js'
import { useStrings } from '../useStrings.js'
import './styles.css'

/** Revocations in a few words each, with a link to the row of the ledger. */
export function RevocationList({
  ledger,
  revocations,
}: {
  ledger: string
  revocations: readonly RevocationDoc[]
}) {
  const t = useStrings()
  const { config } = useConfig()
  const { admin: adminRoute } = config.routes
  return (
    <ul className="jwt-list">
      {revocations.map(({ id, scope, reason, revokedAt, expiresAt, actor, note }) => (
        <li key={id}>
          <Link href={formatAdminURL({ adminRoute, path: `/collections/${ledger}/${id}` })}>
            {t('endedBecause', { scope: scopeLabel(scope, t), reason: reasonLabel(reason, t) })}
          </Link>
          <span>
            <Time value={revokedAt} />
            {actor && (
              <>
                {' · '}
                <Person at={revokedAt} subject={`user:${actor}`} />
              </>
            )}
            {' · '}
            {t('expires')} <Time value={expiresAt} />
          </span>
          {note && <q>{note}</q>}
        </li>
      ))}
    </ul>
  )
}
