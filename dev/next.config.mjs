import { fileURLToPath } from 'node:url'
import { withPayload } from '@payloadcms/next/withPayload'

const repository = fileURLToPath(new URL('..', import.meta.url))

/** The app is inside the package that it demonstrates, so the workspace root is one folder up. */
const nextConfig = {
  outputFileTracingRoot: repository,
  turbopack: { root: repository },
  devIndicators: false,
}

export default withPayload(nextConfig, { devBundleServerPackages: false })
