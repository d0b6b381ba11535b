import type { CollectionSlug, Payload } from 'payload'
import { isoDate } from '../../core/isoDate.js'
import type { Logger } from '../../core/ports.js'
import type { Token } from '../../core/token.js'
import { tableNameOf } from '../database/sqlAdapter.js'
import { untilCommitted } from '../database/untilCommitted.js'
import { updateRows } from '../database/updateRows.js'
import { ofUser } from './sessionQueries.js'

export interface SessionActivity {
  /** A request showed this good token. Returns at once, never throws. */
  note(token: Token): void
  /** Resolves when nothing is being written. */
  settled(): Promise<void>
}

/** So many sessions are kept in mind, the latest ones. */
const MAX_KNOWN = 100_000

/**
 * Writes to the records of sessions that they are in use: beside the request, and at most once in
 * `everyMs` for each session. In between a request costs one look into memory. Of many processes
 * that see the same session the first one writes: the others' statements match no row. So it is,
 * too, once the record says that the session has ended, or is gone with its user.
 */
export function createSessionActivity(
  payload: Payload,
  { slug, everyMs, logger }: { slug: string; everyMs: number; logger: Logger },
): SessionActivity {
  const place = { collection: slug as CollectionSlug, table: tableNameOf(slug) }
  /** When this process last wrote for a session, the longest ago first. */
  const known = new Map<string, number>()
  const pending = new Set<Promise<void>>()

  const forget = (now: number) => {
    for (const [session, at] of known) {
      if (now - at < everyMs && known.size <= MAX_KNOWN) return
      known.delete(session)
    }
  }

  const write = async ({ collection: users, session, userId }: Token, now: number) => {
    const where = {
      and: [
        { id: { equals: session } },
        ofUser({ collection: users, id: userId }),
        { endedAt: { exists: false } },
        {
          or: [
            { lastActiveAt: { exists: false } },
            { lastActiveAt: { less_than_equal: isoDate(now - everyMs) } },
          ],
        },
      ],
    }
    const update = { ...place, where, data: { lastActiveAt: isoDate(now) } }
    await untilCommitted(payload, {
      write: () => updateRows(payload, update),
      isThere: async () => true,
    })
  }

  return {
    note(token) {
      const now = Date.now()
      // The record says since its last login or refresh that it is in use.
      const latest = Math.max(token.issuedAt, known.get(token.session) ?? 0)
      if (now - latest < everyMs) return
      known.delete(token.session)
      known.set(token.session, now)
      forget(now)
      const writing = write(token, now)
        .catch((err) =>
          logger.warn({ err }, 'Revocations: the last use of a session was not noted'),
        )
        .finally(() => pending.delete(writing))
      pending.add(writing)
    },
    async settled() {
      await Promise.all(pending)
    },
  }
}
