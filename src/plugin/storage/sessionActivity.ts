import type { CollectionSlug, Payload } from 'payload'
import { isoDate } from '../../core/isoDate.js'
import type { Logger } from '../../core/ports.js'
import type { Token } from '../../core/token.js'
import { tableNameOf } from '../database/sqlAdapter.js'
import { untilCommitted } from '../database/untilCommitted.js'
import { updateRows } from '../database/updateRows.js'
import { ofUser } from './sessionQueries.js'

export interface SessionActivity {
  /** Call it when a request had this good token. Returns at once, never throws. */
  note(token: Token): void
  /** Resolves when no write is running. */
  settled(): Promise<void>
}

/** For how many sessions the last write is remembered: the latest ones. */
const MAX_KNOWN = 100_000

/**
 * Writes to the session records when they were last used: in the background, and at most once per
 * `everyMs` and session. In between, a request costs only a look into memory. If many processes see
 * the same session, the first one writes, and the statements of the others match no row. The same
 * holds when the session has ended, or when its record was deleted with its user.
 */
export function createSessionActivity(
  payload: Payload,
  { slug, everyMs, logger }: { slug: string; everyMs: number; logger: Logger },
): SessionActivity {
  const place = { collection: slug as CollectionSlug, table: tableNameOf(slug) }
  /** When this process last wrote for a session, oldest first. */
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
      // The record shows a login or refresh, so the session was in use then.
      const latest = Math.max(token.issuedAt, known.get(token.session) ?? 0)
      if (now - latest < everyMs) return
      known.delete(token.session)
      known.set(token.session, now)
      forget(now)
      const writing = write(token, now)
        .catch((err) =>
          logger.warn({ err }, 'Revocations: the last use of a session was not recorded'),
        )
        .finally(() => pending.delete(writing))
      pending.add(writing)
    },
    async settled() {
      await Promise.all(pending)
    },
  }
}
