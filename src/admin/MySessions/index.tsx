'use client'
import { useConfig, useTranslation } from '@payloadcms/ui'
import { formatAdminURL } from 'payload/shared'
import { labelsFor } from '../../react/labels/labelsFor.js'
import { YourDevices } from '../../react/YourDevices/index.js'
import './styles.css'

/** The sessions of the signed-in user, in the colours of the panel. */
export function MySessions() {
  const { config } = useConfig()
  const { i18n } = useTranslation()
  const { routes, serverURL } = config
  return (
    <div className="jwt-my-sessions">
      <YourDevices
        apiPath={formatAdminURL({ apiRoute: routes.api, path: '', serverURL })}
        labels={labelsFor(i18n.language)}
      />
    </div>
  )
}
