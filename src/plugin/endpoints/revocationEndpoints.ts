import type { Endpoint } from 'payload'
import { explainEndpoint } from './explainEndpoint.js'
import { healthEndpoint } from './healthEndpoint.js'
import { liftEndpoint } from './liftEndpoint.js'
import { listEndpoint } from './listEndpoint.js'
import { overviewEndpoint } from './overviewEndpoint.js'
import { peopleEndpoint } from './peopleEndpoint.js'
import { refusedEndpoint } from './refusedEndpoint.js'
import { renameEndpoint } from './renameEndpoint.js'
import { revokeEndpoint } from './revokeEndpoint.js'
import { sessionsEndpoint } from './sessionsEndpoint.js'

/** The endpoints under `/api/revocation`. */
export const revocationEndpoints: readonly Endpoint[] = [
  healthEndpoint,
  revokeEndpoint,
  liftEndpoint,
  listEndpoint,
  explainEndpoint,
  sessionsEndpoint,
  renameEndpoint,
  overviewEndpoint,
  refusedEndpoint,
  peopleEndpoint,
]
