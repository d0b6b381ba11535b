import type { Endpoint, PayloadRequest, SanitizedConfig } from 'payload'
import { OPEN_PATHS, pathMatcher } from '../../core/openPaths.js'
import { memo } from '../../core/processWide.js'
import { type Refusal, refusalResponse } from '../../core/refusal.js'
import { refusalOfRequest } from '../request/requestState.js'
import { logRefusedRequest } from './refusedAtLast.js'
import { settleRefusedRefresh } from './refusedRefresh.js'

const gated = memo<object, true>('gatedConfig')

/**
 * Makes every REST endpoint answer 401 when the request's token was refused and no other credential
 * authenticated it. The gate does this once per config object. Payload runs the gate before it
 * looks for the endpoint, so it also works after a config reload. Collections share endpoint
 * objects, so they are replaced, not changed.
 */
export function gateEndpoints(config: SanitizedConfig, openPaths: readonly string[]) {
  if (gated.has(config)) return
  const isOpenPath = pathMatcher(openPaths)
  const gateAll = (endpoints: readonly Endpoint[], { path, hasAuth }: Place) => {
    // An endpoint of the application with the same path comes before Payload's own, and may do
    // anything.
    const payloads = hasAuth ? endpoints.findLast(isRefresh) : undefined
    return endpoints.map((endpoint) =>
      isOpen(endpoint, hasAuth) || isOpenPath(path + endpoint.path)
        ? endpoint
        : gateEndpoint(endpoint, { isPayloads: endpoint === payloads }),
    )
  }
  const { api } = config.routes
  config.endpoints = gateAll(config.endpoints, {
    path: api,
    hasAuth: false,
  }) as typeof config.endpoints
  for (const collection of config.collections) {
    const { auth, endpoints, slug } = collection
    const place = { path: `${api}/${slug}`, hasAuth: Boolean(auth) }
    if (endpoints) collection.endpoints = gateAll(endpoints, place)
  }
  for (const global of config.globals) {
    const { endpoints, slug } = global
    const place = { path: `${api}/globals/${slug}`, hasAuth: false }
    if (endpoints) global.endpoints = gateAll(endpoints, place)
  }
  gated.set(config, true)
}

/** The path of endpoints, and whether they belong to an auth collection. */
interface Place {
  readonly path: string
  readonly hasAuth: boolean
}

/** The application can open an endpoint: `custom: { jwtRevocation: { open: true } }`. */
const isOpened = (custom: Endpoint['custom']) => custom?.jwtRevocation?.open === true

/** Returns a check whether the application opened a path to requests without a good token. */
export function openedPaths(
  { collections, endpoints, globals, routes: { api } }: SanitizedConfig,
  openPaths: readonly string[],
): (method: string, path: string) => boolean {
  const isOpenPath = pathMatcher(openPaths)
  const places = [
    { path: api, endpoints },
    ...collections.map((each) => ({ path: `${api}/${each.slug}`, endpoints: each.endpoints })),
    ...globals.map((each) => ({ path: `${api}/globals/${each.slug}`, endpoints: each.endpoints })),
  ]
  const opened = places.flatMap(({ path, endpoints }) =>
    (endpoints || [])
      .filter(({ custom }) => isOpened(custom))
      .map((each) => ({ method: each.method, isAt: pathMatcher([path + each.path]) })),
  )
  return (method, path) =>
    isOpenPath(path) ||
    opened.some((each) => each.method === method.toLowerCase() && each.isAt(path))
}

const OWN_ANSWER = 'jwtRevocation.answersRefusals'

/**
 * Marks an endpoint of this plugin that answers refused tokens itself, with 401 and more details.
 */
export const answersRefusals = (endpoint: Endpoint): Endpoint => ({
  ...endpoint,
  custom: { ...endpoint.custom, [OWN_ANSWER]: true },
})

/** Whether this is a sign-in endpoint, of Payload or of the application. */
const isOpen = ({ custom, method, path }: Endpoint, hasAuth: boolean) =>
  isOpened(custom) || (hasAuth && method === 'post' && OPEN_PATHS.includes(path))

const isRefresh = ({ method, path }: Endpoint) => method === 'post' && path === '/refresh-token'

function gateEndpoint(
  endpoint: Endpoint,
  /** Whether this is Payload's own refresh endpoint. */
  { isPayloads }: { isPayloads: boolean },
): Endpoint {
  if (endpoint.custom?.[OWN_ANSWER] === true) return endpoint
  return {
    ...endpoint,
    handler: async (req) => {
      const refusal = req.user ? undefined : refusalOfRequest(req)
      if (!refusal) return endpoint.handler(req)
      if (!isPayloads) return refuse(req, refusal)
      const settled = await settleRefusedRefresh(req, refusal)
      if ('refusal' in settled) return refuse(req, settled.refusal)
      req.user = settled.user
      return endpoint.handler(req)
    },
  }
}

function refuse(req: PayloadRequest, refusal: Refusal) {
  logRefusedRequest(req, refusal)
  return refusalResponse(refusal)
}
