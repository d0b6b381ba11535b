import type { Logger } from './ports.js'

/** Logs once when a source is lost and once when it answers again. */
export function createOutageLog(name: string, logger: Logger | undefined): (error?: Error) => void {
  let isFailing = false
  return (error) => {
    if (error && !isFailing) logger?.warn({ err: error }, `Revocations: ${name} cannot be reached`)
    if (!error && isFailing) logger?.info({}, `Revocations: ${name} answers again`)
    isFailing = error !== undefined
  }
}
