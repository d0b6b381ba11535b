'use client'

import { Banner, useTranslation } from '@payloadcms/ui'
import { labelsFor } from '../../react/labels/labelsFor.js'
import { useSignedOutReason } from '../../react/useSignedOutReason.js'
import { INFO } from '../looks.js'

/** On the admin panel's login page: why this tab was signed out. */
export function AdminSignedOutNotice() {
  const { i18n } = useTranslation()
  const reason = useSignedOutReason()
  return (
    <div role="status">
      {reason ? (
        <Banner type={INFO}>{labelsFor(i18n.language).signedOut.reasons[reason]}</Banner>
      ) : null}
    </div>
  )
}
