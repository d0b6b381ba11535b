import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { withPayload } from '@payloadcms/next/withPayload'
import type { NextConfig } from 'next'

const dirname = path.dirname(fileURLToPath(import.meta.url))

const nextConfig: NextConfig = {
  images: { localPatterns: [{ pathname: '/api/media/file/**' }], qualities: [100] },
  reactStrictMode: true,
  redirects: async () => [{ source: '/blog', destination: '/posts/first', permanent: true }],
  turbopack: { root: dirname },
  // It is built once.
  experimental: { turbopackFileSystemCacheForBuild: false },
}

export default withPayload(nextConfig, { devBundleServerPackages: false })
