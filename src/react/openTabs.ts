import type { LiveMessage } from './liveConnection.js'
import { type Candidate, type Turn, turnOf } from './turnOf.js'

export interface TabsOptions {
  /** `GET /api/revocation/live` of the server: tabs with the same one know each other. */
  url: string
  /** Whether the token is the cookie, which all tabs share. */
  isShared: boolean
  /** `undefined` while this tab does not take part. */
  onTurn: (turn: Turn | undefined) => void
  /** What the tab that speaks for this one heard. */
  onTold: (message: LiveMessage) => void
  /** The browser may have another cookie than the one that was last shown. */
  onCookieChanged: () => void
  /** The session of some other tab has ended. */
  onOtherEnded: () => void
}

/** The tabs of this browser that watch the same server. */
export interface Tabs {
  /** Takes part in the turns; it does not yet after `openTabs`. */
  join(): void
  /** Leaves the turns. What other tabs tell is still heard. */
  leave(): void
  /** Tells the tabs that rely on this one. */
  tell(message: LiveMessage): void
  tellCookieChanged(): void
  close(): void
}

/** What tabs say to one another. */
type TabMessage =
  | { readonly type: 'here'; readonly tab: Candidate; readonly isNew: boolean }
  | { readonly type: 'gone'; readonly id: string }
  | { readonly type: 'told'; readonly isShared: boolean; readonly message: LiveMessage }
  | { readonly type: 'cookie-changed' }

/** A tab waits this long for the answers of the others before it takes a turn. */
const SETTLE_MS = 300
/** So often each tells that it is still there. */
const HERE_EVERY_MS = 5_000
/** After so much silence a tab counts as gone: it crashed, or was frozen. */
const FORGOTTEN_AFTER_MS = 16_000

/**
 * Lets tabs settle among themselves which of them holds a connection. By `BroadcastChannel` alone:
 * a page that came over plain HTTP has no Web Locks. Without a channel a tab is the only one.
 */
export function openTabs(options: TabsOptions): Tabs {
  const { isShared, onTurn, onTold, onCookieChanged, onOtherEnded } = options
  const name = `payload-jwt-revocation ${new URL(options.url, window.location.href).href}`
  const channel = 'BroadcastChannel' in window ? new BroadcastChannel(name) : undefined
  // `crypto.randomUUID` is not there over plain HTTP, and nothing depends on chance here.
  const id = `${Date.now()}-${Math.random()}`
  const others = new Map<string, Candidate & { readonly heardAt: number }>()
  let self: Candidate | undefined
  let turn: Turn | undefined
  let settling: ReturnType<typeof setTimeout> | undefined
  let presence: ReturnType<typeof setInterval> | undefined

  const post = (message: TabMessage) => channel?.postMessage(message)

  const decide = () => {
    for (const [other, { heardAt }] of others) {
      if (performance.now() - heardAt > FORGOTTEN_AFTER_MS) others.delete(other)
    }
    const next = self && settling === undefined ? turnOf(self, [...others.values()]) : undefined
    if (next === turn) return
    turn = next
    onTurn(turn)
  }

  const join = () => {
    if (self) return
    self = { id, isShared, since: Date.now() }
    post({ type: 'here', tab: self, isNew: true })
    settling = setTimeout(() => {
      settling = undefined
      decide()
    }, SETTLE_MS)
    presence = setInterval(() => {
      if (self) post({ type: 'here', tab: self, isNew: false })
      decide()
    }, HERE_EVERY_MS)
  }

  const leave = () => {
    if (!self) return
    self = undefined
    clearTimeout(settling)
    settling = undefined
    clearInterval(presence)
    post({ type: 'gone', id })
    decide()
  }

  channel?.addEventListener('message', ({ data }: MessageEvent<TabMessage>) => {
    if (data.type === 'here') {
      others.set(data.tab.id, { ...data.tab, heardAt: performance.now() })
      if (data.isNew && self) post({ type: 'here', tab: self, isNew: false })
    }
    if (data.type === 'gone') others.delete(data.id)
    if (data.type === 'here' || data.type === 'gone') return decide()
    if (data.type === 'cookie-changed') return onCookieChanged()
    if (data.isShared && isShared) return onTold(data.message)
    if (data.message.type === 'end') onOtherEnded()
  })

  return {
    join,
    leave,
    tell: (message) => post({ type: 'told', isShared, message }),
    tellCookieChanged: () => post({ type: 'cookie-changed' }),
    close() {
      leave()
      channel?.close()
    },
  }
}
