import { Button } from '@payloadcms/ui'
import type { ServerProps } from 'payload'
import { formatAdminURL } from 'payload/shared'
import { Health } from '../Health/index.js'
import { isAdministrator } from '../isAdministrator.js'
import { SMALL } from '../looks.js'
import { stringsFor } from '../stringsFor.js'

/** The state of the denylist above the dashboard. */
export function DashboardCard({
  i18n,
  ledger,
  payload,
  permissions,
}: ServerProps & { ledger: string }) {
  if (!isAdministrator(permissions, ledger)) return null
  const t = stringsFor(i18n.t)
  const adminRoute = payload.config.routes.admin
  return (
    <Health title={t('denylist')}>
      <Button
        buttonStyle="secondary"
        el="link"
        margin={false}
        size={SMALL}
        to={formatAdminURL({ adminRoute, path: '/revocation' })}
      >
        {t('open')}
      </Button>
    </Health>
  )
}
