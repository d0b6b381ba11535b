import { invalidOption } from '../../core/errors.js'
import { requireNames } from '../../core/requireOption.js'

/** Limits of live logout. */
export interface LiveOptions {
  /**
   * Open connections per process. Above it the answer is 503 with `Retry-After`.
   *
   * @default 2_000
   */
  maxConnections?: number
  /**
   * Open connections per user and process. The tabs of one browser share a connection.
   *
   * @default 20
   */
  maxConnectionsPerUser?: number
}

/** {@link LiveOptions} with the defaults filled in. */
export interface LiveLimits {
  maxConnections: number
  maxConnectionsPerUser: number
}

/** @throws RevocationError `invalid-option`, naming the option */
export function liveLimits(options: LiveOptions | false = {}): LiveLimits | undefined {
  if (options === false) return undefined
  if (typeof options !== 'object' || options === null) {
    throw invalidOption('live', 'false or an object')
  }
  requireNames(options, LIVE_NAMES, 'live')
  const limits: LiveLimits = { maxConnections: 2_000, maxConnectionsPerUser: 20, ...options }
  for (const [name, value] of Object.entries(limits)) {
    if (!Number.isInteger(value) || value < 1) {
      throw invalidOption(`live.${name}`, 'a whole number, 1 or more')
    }
  }
  return limits
}

const LIVE_NAMES = Object.keys({
  maxConnections: true,
  maxConnectionsPerUser: true,
} satisfies Record<keyof LiveOptions, true>)
