import type { Payload } from 'payload'
import { boundedLogger } from '../../core/boundedLogger.js'
import type { Logger } from '../../core/ports.js'
import { memo } from '../../core/processWide.js'

const loggers = memo<object, Logger>('boundedLogger')

/**
 * The logger of a Payload instance for what requests can cause. It is bounded, so requests cannot
 * flood the log.
 */
export function loggerOf(payload: Pick<Payload, 'logger'>): Logger {
  const { logger } = payload
  const known = loggers.get(logger) ?? boundedLogger(logger)
  loggers.set(logger, known)
  return known
}
