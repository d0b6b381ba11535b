import type { Config, Payload } from 'payload'
import type { Settings } from '../config/settings.js'

const KEY = 'jwtRevocation'

/** Leaves the settings in the part of the config that Payload keeps on the server. */
export const withSettings = (custom: Config['custom'], settings: Settings): Config['custom'] => ({
  ...custom,
  [KEY]: settings,
})

/** The plugin's settings; `undefined` where it is not installed. */
export const settingsOf = ({ config }: Payload): Settings | undefined => config.custom?.[KEY]
