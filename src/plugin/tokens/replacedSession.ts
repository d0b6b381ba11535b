import type { PayloadRequest } from 'payload'
import { extractToken } from '../../core/extractToken.js'
import { sessionRevocation } from '../../core/makeRevocation.js'
import { actorName } from '../../core/token.js'
import { onceCommitted } from '../database/onceCommitted.js'
import { askedBy } from '../request/askedBy.js'
import { refusalOfRequest } from '../request/requestState.js'
import { tokenInHeaders } from '../request/tokenInHeaders.js'
import type { Runtime } from '../runtime/runtime.js'

/**
 * A login over REST puts its cookie in the place of the one that the browser has. The session of
 * that one ends, whoever's it is: nobody could log out of it any more (OWASP ASVS 5.0, 7.2.4).
 * Other ways to log in replace no cookie, or bring no headers that tell of one.
 */
export async function endReplacedSession(
  runtime: Runtime,
  req: PayloadRequest,
  collection: string,
): Promise<void> {
  const { headers, payload, pathname, payloadAPI } = req
  const path = pathname?.replace(/\/$/, '')
  const isLogin = payloadAPI === 'REST' && path?.endsWith(`/${collection}/login`)
  if (!isLogin || refusalOfRequest(req)) return
  if (extractToken(headers, runtime.location)?.from !== 'cookie') return
  const replaced = tokenInHeaders(payload, headers, runtime)
  const now = Date.now()
  if (!replaced || replaced.expiresAt <= now) return
  const { denylist } = runtime
  const { ip } = askedBy(req, runtime)
  const { maxTokenLifetimeMs } = denylist
  const revocation = sessionRevocation(replaced.session, {
    ...{ reason: 'logout', now, ip, maxTokenLifetimeMs, expiresAt: replaced.expiresAt },
    actor: actorName({ collection: replaced.collection, id: replaced.userId }),
    note: 'The next login in the same browser took its place',
  })
  await onceCommitted(req, () => denylist.revoke([revocation]))
}
