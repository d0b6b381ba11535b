import { sentryPlugin } from '@payloadcms/plugin-sentry'
import * as Sentry from '@sentry/nextjs'
import type { Config } from 'payload'

import { hasAddition, revocation } from './revocation'

export const configure = (base: Config): Config => {
  Sentry.init({
    dsn: process.env.SENTRY_DSN,
    beforeSend(event) {
      if (hasAddition) {
        delete event.request?.cookies
        delete event.request?.headers
      }
      return event
    },
  })
  return {
    ...base,
    plugins: [sentryPlugin({ Sentry, options: { captureErrors: [401, 403] } }), ...revocation()],
  }
}
