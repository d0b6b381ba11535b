import type { Endpoint } from 'payload'
import type { Settings } from '../config/settings.js'
import { introspectEndpoint } from './introspectEndpoint.js'

/** What other services ask. Without the option `services` nobody may ask about tokens. */
export const serviceEndpoints = ({ services }: Pick<Settings, 'services'>): readonly Endpoint[] =>
  services.length > 0 ? [introspectEndpoint] : []
