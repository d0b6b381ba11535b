'use client'

import { useAuth, useConfig, useTranslation } from '@payloadcms/ui'
import { formatAdminURL } from 'payload/shared'
import { LiveLogout } from '../../react/LiveLogout/index.js'
import { labelsFor } from '../../react/labels/labelsFor.js'
import { unsavedText } from '../unsavedForms.js'

/** On every page of the admin panel behind its login: leaves it when the session ends. */
export function AdminLiveLogout() {
  const { user } = useAuth()
  const { config } = useConfig()
  const { i18n } = useTranslation()
  if (!user) return null
  const { admin, routes, serverURL } = config
  const root = routes.admin === '/' ? '' : routes.admin
  return (
    <LiveLogout
      apiPath={formatAdminURL({ apiRoute: routes.api, path: '', serverURL })}
      labels={labelsFor(i18n.language)}
      loginPath={`${root}${admin.routes.login}`}
      unsavedText={unsavedText}
    />
  )
}
