import type { LiveEvents } from '../wire/live.js'
import { isReplaced, isUser, MOST_REPLACED, readOwnAnswer } from './ownAnswer.js'
import { readEvents } from './readEvents.js'
import { type SignOutReason, toSignOutReason } from './signOutReason.js'

/** What a connection tells. */
export type LiveMessage =
  /** The connection stands; `user` is `user:<collection>:<id>`. */
  | { readonly type: 'ready'; readonly user: string; readonly heartbeatMs: number }
  /** The other side is there. */
  | { readonly type: 'beat' }
  /** Nobody is signed in any more. The connection does not come back. */
  | { readonly type: 'end'; readonly reason: SignOutReason }
  /** This tab shows no token that could end. The connection does not come back. */
  | { readonly type: 'off' }

export interface LiveConnectionOptions {
  /** `GET /api/revocation/live` of the server. */
  url: string
  /** For tokens that come by header; a cookie goes along by itself. */
  headers?: Readonly<Record<string, string>> | undefined
  onMessage: (message: LiveMessage) => void
}

export interface LiveConnection {
  /** Connects anew at once, with the token that the browser has now. */
  renew(): void
  close(): void
}

const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 30_000
/** A proxy that asks for more patience than this is not heeded. */
const LONGEST_RETRY_AFTER_MS = 60_000
/** The token that takes a rotated one's place may still be on its way to the browser. */
const ROTATION_WAIT_MS = 2_000
/** After so many heartbeats without a sign the connection counts as dead. */
const MISSED_BEATS = 2.5

/**
 * Keeps one connection to the server, through broken networks, restarts and odd answers of proxies,
 * until the user is signed out. Each attempt is judged by the server like any request, so there is
 * nothing to resume: what was missed is told as the answer.
 */
export function openLiveConnection(options: LiveConnectionOptions): LiveConnection {
  const { url, headers, onMessage } = options
  let attempt = new AbortController()
  let watchdog: ReturnType<typeof setTimeout> | undefined
  let stopWaiting = () => {}
  let heartbeatMs = 15_000
  let failures = 0
  let replaced = 0
  let hasExpired = false
  let isRenewing = false
  let isClosed = false

  const close = () => {
    isClosed = true
    attempt.abort()
    stopWaiting()
  }

  const finish = (message: LiveMessage) => {
    close()
    onMessage(message)
    return 0
  }

  const heard = () => {
    clearTimeout(watchdog)
    watchdog = setTimeout(() => attempt.abort(), heartbeatMs * MISSED_BEATS)
  }

  /** Longer with each failure, and never for all browsers at the same instant. */
  const backOff = (): number => {
    failures += 1
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 1))
    return longest * (0.5 + Math.random() / 2)
  }

  /** @returns how long to wait before the next attempt, in milliseconds; so does `connect` */
  const follow = async (body: ReadableStream<Uint8Array>): Promise<number> => {
    let isOurs = false
    for await (const item of readEvents(body)) {
      if (isClosed) return 0
      heard()
      if (item === 'comment') {
        if (!isOurs) continue
        // Not with `ready`: a proxy may cut each connection right after it.
        failures = 0
        onMessage({ type: 'beat' })
        continue
      }
      const { event } = item
      if (event === 'ready') {
        const { heartbeat, user } = dataOf(event, item.data)
        if (!isUser(user)) break
        isOurs = true
        hasExpired = false
        replaced = 0
        if (heartbeat) heartbeatMs = heartbeat * 1_000
        onMessage({ type: 'ready', user, heartbeatMs })
      }
      if (!isOurs) break
      if (event === 'end') {
        return finish({ type: 'end', reason: toSignOutReason(dataOf(event, item.data).reason) })
      }
      if (event === 'renew') {
        const { reason } = dataOf(event, item.data)
        hasExpired = reason === 'expired'
        return isReplaced(reason) ? ROTATION_WAIT_MS : backOff()
      }
    }
    return backOff()
  }

  const connect = async (): Promise<number> => {
    heard()
    const response = await fetch(url, {
      headers: { ...headers, Accept: 'text/event-stream' },
      cache: 'no-store',
      credentials: 'include',
      signal: attempt.signal,
    })
    const { body, status } = response
    const isStream = response.headers.get('Content-Type')?.startsWith('text/event-stream')
    if (status === 200 && isStream && body) return follow(body)
    const answer = await readOwnAnswer(response)
    if (answer?.type === 'no-token') return finish({ type: 'off' })
    if (answer?.type === 'signed-out') {
      const reason = answer.reason ?? (hasExpired ? 'expired' : 'ended')
      return finish({ type: 'end', reason })
    }
    if (answer?.type === 'replaced') {
      replaced += 1
      if (replaced <= MOST_REPLACED) return ROTATION_WAIT_MS
      return finish({ type: 'end', reason: 'ended' })
    }
    const retryAfterMs = (Number(response.headers.get('Retry-After')) || 0) * 1_000
    return Math.max(backOff(), Math.min(retryAfterMs, LONGEST_RETRY_AFTER_MS))
  }

  const run = async () => {
    while (!isClosed) {
      const waitMs = await connect().catch(() => (isRenewing ? 0 : backOff()))
      clearTimeout(watchdog)
      isRenewing = false
      attempt = new AbortController()
      if (isClosed || waitMs === 0) continue
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, waitMs)
        stopWaiting = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }

  void run()
  return {
    renew() {
      isRenewing = true
      failures = 0
      attempt.abort()
      stopWaiting()
    },
    close,
  }
}

/** What the server says that an event carries; whatever it is, it may lack any of it. */
const dataOf = <Name extends keyof LiveEvents>(_: Name, data: unknown) =>
  (data ?? {}) as Partial<LiveEvents[Name]>
