import type { Endpoint, Payload } from 'payload'
import type { Settings } from '../config/settings.js'
import type { Runtime } from '../runtime/runtime.js'
import { explainEndpoint } from './explainEndpoint.js'
import { healthEndpoint } from './healthEndpoint.js'
import { liftEndpoint } from './liftEndpoint.js'
import { listEndpoint } from './listEndpoint.js'
import { overviewEndpoint } from './overviewEndpoint.js'
import { refusedEndpoint } from './refusedEndpoint.js'
import { renameEndpoint } from './renameEndpoint.js'
import { revokeEndpoint } from './revokeEndpoint.js'
import { sessionsEndpoint } from './sessionsEndpoint.js'

/** What the plugin answers under `/api/revocation`. */
export const revocationEndpoints = (
  settings: Settings,
  runtimeOf: (payload: Payload) => Runtime,
): Endpoint[] =>
  [
    healthEndpoint,
    revokeEndpoint,
    liftEndpoint,
    listEndpoint,
    explainEndpoint,
    sessionsEndpoint,
    renameEndpoint,
    overviewEndpoint,
    refusedEndpoint,
  ].map((endpoint) => endpoint(settings, runtimeOf))
