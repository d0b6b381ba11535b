import { createRequire } from 'node:module'
import { NextRequest } from 'next/server.js'

/**
 * Answers a request from within a real route of Next.js, with its own module for route handlers. So
 * `cookies()` and `headers()` of `next/headers` work, as packages for Payload call them.
 */
export async function inNextRoute(
  request: Request,
  handler: (request: Request) => Promise<Response>,
): Promise<Response> {
  const route = new AppRouteRouteModule({
    definition: {
      kind: 'APP_ROUTE',
      page: '/api/[...slug]/route',
      pathname: '/api/[...slug]',
      filename: 'route',
      bundlePath: 'app/api/[...slug]/route',
    },
    distDir: '.next',
    nextConfigOutput: undefined,
    relativeProjectDir: '',
    resolvedPagePath: 'route',
    userland: () => ({ GET: handler, POST: handler, PATCH: handler, DELETE: handler }),
  })
  await route.ensureUserland()
  return route.handle(new NextRequest(request), {
    params: {},
    previewProps: PREVIEW,
    renderOpts: {
      cacheComponents: false,
      // `revalidateTag()` looks its profile up.
      cacheLifeProfiles: defaultConfig.cacheLife,
      experimental: {},
      incrementalCache: CACHE,
      onAfterTaskError: undefined,
      onClose: () => {},
      waitUntil: () => {},
    },
    sharedContext: { buildId: 'test', deploymentId: '' },
  })
}

const PREVIEW = {
  previewModeId: 'test',
  previewModeEncryptionKey: 'test',
  previewModeSigningKey: 'test',
}

const require = createRequire(import.meta.url)

const { defaultConfig } = require('next/dist/server/config-shared.js') as {
  defaultConfig: { cacheLife: object }
}

/** A cache that keeps nothing. `revalidateTag()` wants one. */
const CACHE = new (require('next/dist/server/lib/incremental-cache/index.js').IncrementalCache)({
  ...{ dev: false, minimalMode: false, flushToDisk: false, requestHeaders: {} },
  previewProps: PREVIEW,
  prerenderManifest: { version: 4, routes: {}, dynamicRoutes: {}, notFoundRoutes: [] },
})

interface RouteModule {
  ensureUserland(): Promise<void>
  handle(request: Request, context: object): Promise<Response>
}

/** It has no public entry, and is CommonJS. */
const { AppRouteRouteModule } = require('next/dist/server/route-modules/app-route/module.js') as {
  AppRouteRouteModule: new (options: object) => RouteModule
}
