import { importExportPlugin } from '@payloadcms/plugin-import-export'
import type { Config } from 'payload'

import { revocation } from './revocation'

export const configure = (base: Config): Config => ({
  ...base,
  plugins: [
    importExportPlugin({
      collections: [
        { slug: 'notes', export: { disableJobsQueue: true }, import: { disableJobsQueue: true } },
      ],
    }),
    ...revocation(),
  ],
})
