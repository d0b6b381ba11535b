import { getPayload } from 'payload'
import config from './payload.config.ts'

/** Payload caches instances by key. Without a key this would be the app's own instance. */
export const STATELESS_KEY = 'stateless'

/** The Payload instance without the plugin. */
export const getStateless = () => getPayload({ config, key: STATELESS_KEY })
