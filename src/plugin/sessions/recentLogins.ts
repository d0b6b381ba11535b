import type { Denylist } from '../../core/denylist.js'
import { memo } from '../../core/processWide.js'
import type { Token } from '../../core/token.js'

/** A lock ends sessions that began at most this long before it. Payload uses the same time. */
export const BURST_MS = 20_000

interface Login {
  readonly collection: string
  readonly userId: string
  readonly session: string
  readonly at: number
}

/** The logins of this process, oldest first. */
const recent = memo<Denylist, Login[]>('recentLogins')

export function rememberLogin(denylist: Denylist, { collection, userId, session }: Token) {
  const logins = stillRecent(denylist)
  logins.push({ collection, userId, session, at: Date.now() })
  recent.set(denylist, logins)
}

/**
 * The sessions of a user that began in this process within {@link BURST_MS}. It also works when no
 * records are kept.
 */
export const recentSessions = (
  denylist: Denylist,
  user: { collection: string; id: number | string },
): string[] =>
  stillRecent(denylist)
    .filter(
      ({ collection, userId }) => collection === user.collection && userId === String(user.id),
    )
    .map(({ session }) => session)

function stillRecent(denylist: Denylist): Login[] {
  const since = Date.now() - BURST_MS
  const logins = recent.get(denylist) ?? []
  const first = logins.findIndex(({ at }) => at >= since)
  return first < 0 ? [] : logins.slice(first)
}
