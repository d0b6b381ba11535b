import type { Logger } from './ports.js'

/** Logs when a source is lost and when it answers again, once each. */
export function createOutageLog(name: string, logger: Logger | undefined): (error?: Error) => void {
  let isFailing = false
  return (error) => {
    if (error && !isFailing) logger?.warn({ err: error }, `Revocations: ${name} is out of reach`)
    if (!error && isFailing) logger?.info({}, `Revocations: ${name} answers again`)
    isFailing = error !== undefined
  }
}
