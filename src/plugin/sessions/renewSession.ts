import type { PayloadRequest } from 'payload'
import type { Revocation } from '../../core/revocation.js'
import type { Token } from '../../core/token.js'
import { onceCommitted } from '../database/onceCommitted.js'
import type { Runtime } from '../runtime/runtime.js'
import { type Renewal, renewWith } from '../storage/renewal.js'
import type { SessionRow, SessionStore } from '../storage/sessionStore.js'
import { sessionRow } from './recordSession.js'

/**
 * Revokes what a refresh ends, and renews the record of its session; on PostgreSQL by one statement.
 * If there is a transaction, right after the commit. A record that cannot be written is logged.
 *
 * @throws errors of the ledger
 */
export async function renewSession(
  { denylist, logger, sessions, settings }: Runtime,
  {
    token,
    ended,
    req,
  }: {
    /** The token that is about to be issued. */
    token: Token
    ended: readonly Revocation[]
    req: PayloadRequest
  },
): Promise<void> {
  const row = sessionRow({ settings }, token, { isRefresh: true, headers: req.headers })
  const renewal: Renewal | undefined = sessions && { update: sessions.renewalOf(row) }
  const [first] = ended
  if (first && renewal) renewWith(first, renewal)
  await onceCommitted(req, async () => {
    if (first) await denylist.revoke(ended)
    if (!sessions || !renewal) return
    try {
      await complete(sessions, row, renewal)
    } catch (err) {
      logger.error({ err }, 'Revocations: the record of a session was not written')
    }
  })
}

async function complete(store: SessionStore, row: SessionRow, { record, update }: Renewal) {
  const { id, device, userAgent, ip } = row
  const session = { id, user: { collection: row.userCollection, id: row.userId } }
  const known = record === undefined ? await store.update(session, update.data) : record
  if (!known) await store.insert(row)
  // A login in a server function has no headers.
  else if (!known.userAgent && userAgent) await store.update(session, { device, userAgent, ip })
}
