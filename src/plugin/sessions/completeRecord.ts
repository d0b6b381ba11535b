import type { PayloadRequest } from 'payload'
import type { Token } from '../../core/token.js'
import { clientAddress } from '../request/clientAddress.js'
import { deviceFrom } from '../request/device.js'
import type { Runtime } from '../runtime/runtime.js'

/**
 * Completes the record of a session that began without headers, for example by a login in a server
 * function. It uses the first request with the session's token. Errors are logged, because a
 * missing record is no reason to refuse anyone.
 */
export async function completeRecord(
  { logger, sessions, settings }: Runtime,
  token: Token,
  { headers }: Pick<PayloadRequest, 'headers'>,
): Promise<void> {
  const device = deviceFrom(headers)
  if (!sessions || !device) return
  try {
    const [row] = await sessions.find({ id: { equals: token.session } }, { limit: 1 })
    if (!row || row.userAgent) return
    const ip = clientAddress(headers, settings.trustProxy)
    await sessions.update(
      { id: row.id, user: { collection: token.collection, id: token.userId } },
      {
        userAgent: device.userAgent,
        ...(device.label && { device: device.label }),
        ...(ip && { ip }),
      },
    )
  } catch (err) {
    logger.warn({ err }, 'Revocations: the device of a session was not recorded')
  }
}
