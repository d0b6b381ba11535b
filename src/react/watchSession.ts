import { createAsker } from './createAsker.js'
import { type LiveConnection, type LiveMessage, openLiveConnection } from './liveConnection.js'
import { openTabs } from './openTabs.js'

export interface WatchSessionOptions {
  /** `GET /api/revocation/live` of the server. */
  url: string
  headers?: Readonly<Record<string, string>> | undefined
  onMessage: (message: LiveMessage) => void
}

/** Several tabs that come or wake at once ask for one new connection. */
const RENEW_AFTER_MS = 200
/** Past so many heartbeats of silence a tab stops trusting that somebody listens. */
const SILENT_AFTER_BEATS = 1.5
/** So often a tab asks that finds no room for a connection. */
const ASK_EVERY_MS = 5_000
/** A tab that is hidden for longer stops listening. */
const HIDDEN_MS = 5_000

/**
 * Watches the session of this browser for one tab, while it is visible. Of all tabs that share the
 * cookie one holds the connection and tells the others. A tab whose token comes by header holds its
 * own; past two connections in a browser the others ask. A tab that has heard nothing for a while
 * asks too.
 *
 * @returns stops
 */
export function watchSession({ url, headers, onMessage }: WatchSessionOptions): () => void {
  let isClosed = false
  let connection: LiveConnection | undefined
  let renewal: ReturnType<typeof setTimeout> | undefined
  let asking: ReturnType<typeof setInterval> | undefined
  let rest: ReturnType<typeof setTimeout> | undefined
  let heartbeatMs = 15_000
  let lastHeardAt = Date.now()

  const hear = (message: LiveMessage) => {
    if (isClosed) return
    lastHeardAt = Date.now()
    if (message.type === 'ready') heartbeatMs = message.heartbeatMs
    if (message.type === 'end' || message.type === 'off') close()
    onMessage(message)
  }

  /** What this tab heard from the server goes to the others as well. */
  const hearForAll = (message: LiveMessage) => {
    // Each tab finds out for itself whether a token authenticates it.
    if (message.type !== 'off') tabs.tell(message)
    hear(message)
  }

  const { ask, close: stopAsking } = createAsker({
    url,
    headers,
    onAnswer(answer) {
      if (answer.type === 'signed-in') hearForAll({ type: 'ready', user: answer.user, heartbeatMs })
      if (answer.type === 'signed-out')
        hearForAll({ type: 'end', reason: answer.reason ?? 'ended' })
      if (answer.type === 'no-token') hear({ type: 'off' })
      if (answer.type !== 'replaced') return
      tabs.tellCookieChanged()
      renewSoon()
    },
  })

  const renewSoon = () => {
    clearTimeout(renewal)
    renewal = setTimeout(() => connection?.renew(), RENEW_AFTER_MS)
  }

  const tabs = openTabs({
    url,
    isShared: !headers,
    onTurn(turn) {
      connection?.close()
      connection = undefined
      clearInterval(asking)
      if (turn === 'listen')
        connection = openLiveConnection({ url, headers, onMessage: hearForAll })
      if (turn !== 'ask') return
      ask()
      asking = setInterval(ask, ASK_EVERY_MS)
    },
    onTold: hear,
    onCookieChanged: renewSoon,
    onOtherEnded: ask,
  })

  const isHidden = () => document.visibilityState === 'hidden'

  const askIfSilent = () => {
    if (!isHidden() && Date.now() - lastHeardAt > heartbeatMs * SILENT_AFTER_BEATS) ask()
  }

  const wake = () => {
    clearTimeout(rest)
    if (isHidden()) {
      rest = setTimeout(tabs.leave, HIDDEN_MS)
      return
    }
    tabs.join()
    if (Date.now() - lastHeardAt > heartbeatMs * SILENT_AFTER_BEATS) connection?.renew()
    askIfSilent()
  }

  const backOnline = () => {
    connection?.renew()
    askIfSilent()
  }

  const restored = ({ persisted }: PageTransitionEvent) => {
    if (!persisted) return
    lastHeardAt = 0
    wake()
  }

  const pulse = setInterval(askIfSilent, heartbeatMs)

  const close = () => {
    if (isClosed) return
    isClosed = true
    stopAsking()
    clearTimeout(renewal)
    clearTimeout(rest)
    clearInterval(pulse)
    tabs.close()
    document.removeEventListener('visibilitychange', wake)
    window.removeEventListener('online', backOnline)
    window.removeEventListener('pagehide', tabs.leave)
    window.removeEventListener('pageshow', restored)
  }

  document.addEventListener('visibilitychange', wake)
  window.addEventListener('online', backOnline)
  window.addEventListener('pagehide', tabs.leave)
  window.addEventListener('pageshow', restored)
  // The browser may hold another cookie than when the connection was made: this tab is new.
  if (!headers) tabs.tellCookieChanged()
  wake()
  return close
}
