import { getPayload } from 'payload'
import config from './payload.config.ts'

/** Payload keeps its instances by key; without one this would be the app's own. */
export const STATELESS_KEY = 'stateless'

/** The Payload instance without the plugin. */
export const getStateless = () => getPayload({ config, key: STATELESS_KEY })
