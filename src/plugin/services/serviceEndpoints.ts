import type { Endpoint } from 'payload'
import type { Settings } from '../config/settings.js'
import { introspectEndpoint } from './introspectEndpoint.js'
import { metadataEndpoint } from './metadataEndpoint.js'
import { revokeEndpoint } from './revokeEndpoint.js'
import { verifyEndpoints } from './verifyEndpoints.js'

/**
 * What other services and standard clients ask. Without the option `services` nobody may ask about
 * tokens, but the holder of one may end it.
 */
export const serviceEndpoints = ({ services }: Pick<Settings, 'services'>): readonly Endpoint[] => {
  const hasServices = services.length > 0
  return [
    revokeEndpoint,
    metadataEndpoint({ hasServices }),
    ...(hasServices ? [introspectEndpoint, ...verifyEndpoints] : []),
  ]
}
