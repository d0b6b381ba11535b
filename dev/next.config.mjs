import { fileURLToPath } from 'node:url'
import { withPayload } from '@payloadcms/next/withPayload'

const repository = fileURLToPath(new URL('..', import.meta.url))

/** The app is inside the package that it demonstrates, so the workspace root is one folder up. */
const nextConfig = {
  outputFileTracingRoot: repository,
  turbopack: { root: repository },
  devIndicators: false,
  // `npm run check` checks the types, and a build is not repeated. Both would take a quarter of its time.
  typescript: { ignoreBuildErrors: true },
  experimental: { turbopackFileSystemCacheForBuild: false },
}

export default withPayload(nextConfig, { devBundleServerPackages: false })
