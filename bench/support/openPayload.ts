import { type Config, getPayload, type Payload } from 'payload'
import { payloadConfig } from '../app/payloadConfig.js'
import type { Variant } from '../app/variants.js'
import { builtPackage } from './builtPackage.js'

/** Reads `/me`. */
export const READER = { email: 'reader@example.com', password: 'reader-password' }
/** Logs in again and again, so that its user document grows under Payload's sessions. */
const VISITOR = { email: 'visitor@example.com', password: 'visitor-password' }

/** A real Payload in this process, on a new database with two users: a file, or `db`. */
export async function openPayload(
  variant: Variant,
  database: string,
  db?: Config['db'],
): Promise<Payload> {
  // Payload creates tables only outside production, and the same schema only once per process.
  Object.assign(process.env, { NODE_ENV: 'test', PAYLOAD_FORCE_DRIZZLE_PUSH: 'true' })
  const { jwtRevocation } = await builtPackage('plugin/jwtRevocation')
  const config = await payloadConfig({ variant, database, plugin: jwtRevocation(), db })
  const payload = await getPayload({ config, key: database })
  for (const data of [READER, VISITOR]) await payload.create({ collection: 'users', data })
  return payload
}
