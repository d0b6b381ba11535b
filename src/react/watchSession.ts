import {
  type LiveConnection,
  type LiveMessage,
  openLiveConnection,
  reasonOfRefusal,
} from './liveConnection.js'

export interface WatchSessionOptions {
  /** `GET /api/revocation/live` of the server. */
  url: string
  headers?: Readonly<Record<string, string>> | undefined
  onMessage: (message: LiveMessage) => void
}

/** What tabs say to one another. */
type TabMessage = { readonly type: 'hello' } | LiveMessage

/** Several tabs that come or wake at once ask for one new connection. */
const RENEW_AFTER_MS = 200
/** Past so many heartbeats of silence a tab stops trusting that somebody listens. */
const SILENT_AFTER_BEATS = 1.5

/**
 * Watches the session of this browser for one tab. Of all tabs with the same address one holds the
 * connection (Web Locks) and tells the others (BroadcastChannel); where a browser lacks these,
 * each tab has its own. A tab that wakes, or whose network returns, after it heard nothing for a
 * while, asks the server itself.
 *
 * @returns stops
 */
export function watchSession({ url, headers, onMessage }: WatchSessionOptions): () => void {
  const name = `payload-jwt-revocation ${url}`
  // A token that comes by header is this tab's own.
  const isShared = !headers && 'locks' in navigator && 'BroadcastChannel' in window
  const channel = isShared ? new BroadcastChannel(name) : undefined
  const stop = new AbortController()
  let connection: LiveConnection | undefined
  let renewal: ReturnType<typeof setTimeout> | undefined
  let heartbeatMs = 15_000
  let lastHeardAt = Date.now()

  const tell = (message: LiveMessage) => {
    if (stop.signal.aborted) return
    lastHeardAt = Date.now()
    if (message.type === 'ready') heartbeatMs = message.heartbeatMs
    if (message.type === 'end' || message.type === 'off') close()
    onMessage(message)
  }

  const lead = () => {
    connection = openLiveConnection({
      ...{ url, headers },
      onMessage: (message) => {
        channel?.postMessage(message satisfies TabMessage)
        tell(message)
      },
    })
  }

  const renewSoon = () => {
    clearTimeout(renewal)
    renewal = setTimeout(() => connection?.renew(), RENEW_AFTER_MS)
  }

  /** The browser has another token than the one that was just shown. */
  const renewAll = () => {
    channel?.postMessage({ type: 'hello' } satisfies TabMessage)
    renewSoon()
  }

  /** Waits for the leader to go, or makes it go when nothing is heard of it. */
  const queue = async (options: LockOptions) => {
    try {
      await navigator.locks.request(name, options, () => {
        lead()
        return new Promise<void>((resolve) =>
          stop.signal.addEventListener('abort', () => resolve()),
        )
      })
    } catch (error) {
      if (stop.signal.aborted) return
      // Another tab took the lead, since it heard nothing of this one.
      const isStolen = error instanceof DOMException && error.name === 'AbortError'
      if (!isStolen) return lead()
      connection?.close()
      connection = undefined
      void queue({ signal: stop.signal })
    }
  }

  const check = async () => {
    const options = { headers: { ...headers, Accept: 'application/json' }, signal: stop.signal }
    const response = await fetch(url, { ...options, cache: 'no-store', credentials: 'include' })
    if (response.status === 200) lastHeardAt = Date.now()
    if (response.status !== 401) return
    const reason = (await reasonOfRefusal(response)) ?? 'ended'
    if (reason === 'replaced') return renewAll()
    const end = { type: 'end', reason } as const
    channel?.postMessage(end satisfies TabMessage)
    tell(end)
  }

  const wake = () => {
    if (document.visibilityState === 'hidden') return
    if (Date.now() - lastHeardAt < heartbeatMs * SILENT_AFTER_BEATS) return
    check().catch(() => {})
    if (connection) connection.renew()
    else if (isShared) void queue({ steal: true })
  }

  const restored = ({ persisted }: PageTransitionEvent) => {
    if (!persisted) return
    lastHeardAt = 0
    wake()
  }

  const pulse = setInterval(wake, heartbeatMs)

  const close = () => {
    if (stop.signal.aborted) return
    stop.abort()
    clearTimeout(renewal)
    clearInterval(pulse)
    connection?.close()
    channel?.close()
    document.removeEventListener('visibilitychange', wake)
    window.removeEventListener('online', wake)
    window.removeEventListener('pageshow', restored)
  }

  channel?.addEventListener('message', ({ data }: MessageEvent<TabMessage>) => {
    // The browser may hold another token than when the connection was made: this tab is new.
    if (data.type === 'hello') renewSoon()
    else tell(data)
  })
  document.addEventListener('visibilitychange', wake)
  window.addEventListener('online', wake)
  window.addEventListener('pageshow', restored)
  if (isShared) {
    channel?.postMessage({ type: 'hello' } satisfies TabMessage)
    void queue({ signal: stop.signal })
  } else {
    lead()
  }
  return close
}
