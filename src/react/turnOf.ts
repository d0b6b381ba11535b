/** A tab that wants to hear of the end of its session. */
export interface Candidate {
  readonly id: string
  /** Its token is the cookie, which all tabs share. Otherwise it is the tab's own. */
  readonly isShared: boolean
  /** When it began to want that, in milliseconds of the wall clock. */
  readonly since: number
}

/** How a tab hears of the end of its session. */
export type Turn =
  /** It holds a connection. */
  | 'listen'
  /** It asks the server again and again. */
  | 'ask'
  /** Another tab listens or asks for it. */
  | 'rely'

/**
 * Browsers make six connections to an HTTP/1.1 server, for all tabs together. So many of them may
 * stay open; the rest is for pages and requests.
 */
const MOST_CONNECTIONS = 2

/**
 * Whose turn it is. Every tab has the same list and comes to the same result. The one that waits
 * for longest is first, and one speaks for all tabs that share the cookie.
 */
export function turnOf(candidate: Candidate, others: readonly Candidate[]): Turn {
  const inOrder = [candidate, ...others].sort(
    (one, other) => one.since - other.since || (one.id < other.id ? -1 : 1),
  )
  const speaker = inOrder.find(({ isShared }) => isShared)
  const speaking = inOrder.filter((each) => !each.isShared || each === speaker)
  const place = speaking.indexOf(candidate)
  if (place === -1) return 'rely'
  return place < MOST_CONNECTIONS ? 'listen' : 'ask'
}
