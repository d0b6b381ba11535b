import type { Config, Payload } from 'payload'
import { RevocationError } from '../../core/errors.js'
import { processWide } from '../../core/processWide.js'
import type { Runtime } from './runtime.js'

/** Makes the runtime of a Payload instance and registers it for the process. */
export type CreateRuntime = (payload: Payload) => Runtime

const KEY = 'jwtRevocation'

/** Leaves the way to the runtime in the part of the config that Payload keeps on the server. */
export const withRuntime = (
  custom: Config['custom'],
  createRuntime: CreateRuntime,
): Config['custom'] => ({ ...custom, [KEY]: { createRuntime } })

/**
 * The runtime of a Payload instance, made when it is first asked for, by whichever bundle asks
 * first. It ends with the instance (`payload.destroy()`).
 *
 * @throws RevocationError `not-started` where the plugin is not installed
 */
export function runtimeOf(payload: Payload): Runtime {
  const { runtimes } = processWide()
  const known = runtimes.get(payload)
  if (known) return known as Runtime
  const installed: { createRuntime: CreateRuntime } | undefined = payload.config.custom?.[KEY]
  if (!installed) throw new RevocationError('not-started')
  return installed.createRuntime(payload)
}
