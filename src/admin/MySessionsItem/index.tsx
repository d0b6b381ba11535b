'use client'
import { PopupList, useConfig } from '@payloadcms/ui'
import { formatAdminURL } from 'payload/shared'
import { useStrings } from '../useStrings.js'

/** The way to the own sessions, in the menu beside "Log out". */
export function MySessionsItem() {
  const t = useStrings()
  const { config } = useConfig()
  const { admin: adminRoute } = config.routes
  return (
    <PopupList.ButtonGroup>
      <PopupList.Button href={formatAdminURL({ adminRoute, path: '/my-sessions' })}>
        {t('mySessions')}
      </PopupList.Button>
    </PopupList.ButtonGroup>
  )
}
