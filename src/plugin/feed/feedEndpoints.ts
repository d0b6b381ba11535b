import type { Endpoint } from 'payload'
import type { Settings } from '../config/settings.js'
import { feedEndpoint } from './feedEndpoint.js'
import { findEndpoint } from './findEndpoint.js'

/** Without the option `services` nobody may read what is revoked. */
export const feedEndpoints = ({ services }: Pick<Settings, 'services'>): readonly Endpoint[] =>
  services.length > 0 ? [feedEndpoint, findEndpoint] : []
