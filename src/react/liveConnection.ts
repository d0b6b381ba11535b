import type { ErrorAnswer } from '../wire/errors.js'
import type { LiveEvents } from '../wire/live.js'
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
  /** The server has no live logout for this browser. The connection does not come back. */
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
/** The token that takes a rotated one's place may still be on its way to the browser. */
const ROTATION_WAIT_MS = 2_000
/** So often in a row a browser may show a token that it has replaced: a request was on its way. */
const MOST_REPLACED = 3
/** After so many heartbeats without a sign the connection counts as dead. */
const MISSED_BEATS = 2.5

/**
 * Keeps one connection to the server, through broken networks and restarts, until the user is
 * signed out. Each attempt is judged by the server like any request, so there is nothing to
 * resume: what was missed is told as the answer.
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
    for await (const item of readEvents(body)) {
      if (isClosed) return 0
      heard()
      if (item === 'comment') {
        onMessage({ type: 'beat' })
        continue
      }
      const { event } = item
      if (event === 'ready') {
        const { heartbeat, user } = dataOf(event, item.data)
        hasExpired = false
        failures = 0
        replaced = 0
        if (heartbeat) heartbeatMs = heartbeat * 1_000
        onMessage({ type: 'ready', user: user ?? '', heartbeatMs })
      }
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
    if (status === 401) {
      const reason = await reasonOfRefusal(response)
      if (reason === 'replaced') {
        replaced += 1
        if (replaced <= MOST_REPLACED) return ROTATION_WAIT_MS
        return finish({ type: 'end', reason: 'ended' })
      }
      return finish({ type: 'end', reason: reason ?? (hasExpired ? 'expired' : 'ended') })
    }
    if (status < 500 && status !== 429) return finish({ type: 'off' })
    const retryAfterS = Number(response.headers.get('Retry-After')) || 0
    return Math.max(backOff(), retryAfterS * 1_000)
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

/**
 * Why the server refuses the token of this 401; `undefined` when there was none. After `replaced`
 * the browser has had another token since.
 */
export async function reasonOfRefusal(
  response: Response,
): Promise<SignOutReason | 'replaced' | undefined> {
  const body = (await response.json().catch(() => undefined)) as Partial<ErrorAnswer> | undefined
  const error = body?.errors?.[0]
  if (error?.name !== 'TokenRevoked') return undefined
  return isReplaced(error.data?.reason) ? 'replaced' : toSignOutReason(error.data?.reason)
}

const isReplaced = (reason: string | undefined) => reason === 'rotated' || reason === 'replaced'
