import type { Endpoint, SanitizedConfig } from 'payload'
import { OPEN_PATHS } from '../../core/openPaths.js'
import { memo } from '../../core/processWide.js'
import { refusalResponse } from '../../core/refusal.js'
import { refusalOfRequest } from '../request/requestState.js'
import { settleRefusedRefresh } from './refusedRefresh.js'

const gated = memo<object, true>('gatedConfig')

const REFRESH_PATH = '/refresh-token'

/**
 * Makes every REST endpoint answer 401 to a request whose token was refused and which no other
 * credential authenticated. Done once per config object, by the gate, which Payload asks before
 * it looks for the endpoint: so it holds after a config reload too. Endpoint objects are shared
 * between collections, so they are replaced and not changed.
 */
export function gateEndpoints(config: SanitizedConfig) {
  if (gated.has(config)) return
  config.endpoints = config.endpoints.map(gateEndpoint) as typeof config.endpoints
  for (const entity of [...config.collections, ...config.globals]) {
    if (!entity.endpoints) continue
    const hasAuth = 'auth' in entity && Boolean(entity.auth)
    entity.endpoints = entity.endpoints.map((endpoint) =>
      hasAuth && isOpen(endpoint) ? endpoint : gateEndpoint(endpoint),
    )
  }
  gated.set(config, true)
}

const OWN_ANSWER = 'jwtRevocation.answersRefusals'

/** Marks an endpoint of ours that answers a refused token itself: with 401, as all do, and more. */
export const answersRefusals = (endpoint: Endpoint): Endpoint => ({
  ...endpoint,
  custom: { ...endpoint.custom, [OWN_ANSWER]: true },
})

/** Of an auth collection. */
const isOpen = ({ method, path }: Endpoint) => method === 'post' && OPEN_PATHS.includes(path)

function gateEndpoint(endpoint: Endpoint): Endpoint {
  if (endpoint.custom?.[OWN_ANSWER] === true) return endpoint
  const isRefresh = endpoint.method === 'post' && endpoint.path === REFRESH_PATH
  return {
    ...endpoint,
    handler: async (req) => {
      const refusal = req.user ? undefined : refusalOfRequest(req)
      if (!refusal) return endpoint.handler(req)
      if (!isRefresh) return refusalResponse(refusal)
      const settled = await settleRefusedRefresh(req, refusal)
      if ('refusal' in settled) return refusalResponse(settled.refusal)
      req.user = settled.user
      return endpoint.handler(req)
    },
  }
}
