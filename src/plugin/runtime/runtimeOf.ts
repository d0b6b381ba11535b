import type { Config, Payload } from 'payload'
import { RevocationError } from '../../core/errors.js'
import { processWide } from '../../core/processWide.js'
import type { Runtime } from './runtime.js'

/** Makes the runtime of a Payload instance and registers it for the process. */
export type CreateRuntime = (payload: Payload) => Runtime

const KEY = 'jwtRevocation'

/**
 * Stores the function that makes the runtime in the part of the config that stays on the server.
 */
export const withRuntime = (
  custom: Config['custom'],
  createRuntime: CreateRuntime,
): Config['custom'] => ({ ...custom, [KEY]: { createRuntime } })

/**
 * The runtime of a Payload instance. The first caller creates it, in whichever bundle. It ends with
 * the instance (`payload.destroy()`).
 *
 * @throws RevocationError `not-started` when the plugin is not installed
 */
export function runtimeOf(payload: Payload): Runtime {
  const { runtimes } = processWide()
  const known = runtimes.get(payload)
  if (known) return known as Runtime
  const installed: { createRuntime: CreateRuntime } | undefined = payload.config.custom?.[KEY]
  if (!installed) throw new RevocationError('not-started')
  return installed.createRuntime(payload)
}
