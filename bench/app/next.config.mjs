import { fileURLToPath } from 'node:url'
import { withPayload } from '@payloadcms/next/withPayload'

const repository = fileURLToPath(new URL('../..', import.meta.url))

export default withPayload(
  { outputFileTracingRoot: repository, turbopack: { root: repository } },
  { devBundleServerPackages: false },
)
