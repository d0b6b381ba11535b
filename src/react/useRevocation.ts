'use client'

import { useEffect, useRef, useState } from 'react'
import { builtBasePath } from './basePath.js'
import type { SignOutReason } from './signOutReason.js'
import { watchSession } from './watchSession.js'

export interface RevocationOptions {
  /**
   * `routes.api` of the Payload config, with its `serverURL` if that is another.
   *
   * @default '/api', below the `basePath` that Payload's `withPayload` knows
   */
  apiPath?: string
  /**
   * For a token that is sent by header: `{ Authorization: 'JWT …' }`.
   *
   * @default none; the cookie
   */
  headers?: Readonly<Record<string, string>>
  /**
   * `false` listens to nothing: nobody is signed in.
   *
   * @default true
   */
  enabled?: boolean
  /**
   * Called once, when this browser's session has ended.
   *
   * @default none
   */
  onSignedOut?: (reason: SignOutReason) => void
}

export type RevocationState =
  /** No answer yet, or the connection is broken and being mended. */
  | { readonly status: 'connecting'; readonly reason?: undefined }
  /** Signed in, and the end will be heard. */
  | { readonly status: 'live'; readonly reason?: undefined }
  /** No token authenticates this tab (an API key does, say), so none can end. */
  | { readonly status: 'off'; readonly reason?: undefined }
  /** The session has ended. */
  | { readonly status: 'signed-out'; readonly reason: SignOutReason }

/**
 * Tells, within a second of a revocation, that the session of this browser has ended and why. Use
 * it where somebody is signed in: the answer to nobody is `signed-out`.
 *
 * Listens while the tab is visible; a tab that was hidden asks when it is shown. Tabs of one browser
 * that share the cookie share one connection. What anybody but the plugin's endpoint answers, a proxy
 * say, is no answer: it is tried again later.
 */
export function useRevocation(options: RevocationOptions = {}): RevocationState {
  const { apiPath = `${builtBasePath()}/api`, headers, enabled = true, onSignedOut } = options
  const [state, setState] = useState<RevocationState>({ status: 'connecting' })
  const listener = useRef(onSignedOut)
  useEffect(() => {
    listener.current = onSignedOut
  })
  // An object that is written in place is another one with each rendering.
  const headersAsText = headers ? JSON.stringify(headers) : undefined

  useEffect(() => {
    if (!enabled) return
    let user: string | undefined
    const end = (reason: SignOutReason) => {
      stop()
      setState({ status: 'signed-out', reason })
      listener.current?.(reason)
    }
    const stop = watchSession({
      url: `${apiPath.replace(/\/$/, '')}/revocation/live`,
      headers: headersAsText ? (JSON.parse(headersAsText) as Record<string, string>) : undefined,
      onMessage(message) {
        if (message.type === 'end') end(message.reason)
        if (message.type === 'off') setState({ status: 'off' })
        if (message.type !== 'ready') return
        user ??= message.user
        // Somebody else logged in with this browser: what this tab shows is not theirs.
        if (user === message.user) setState({ status: 'live' })
        else end('ended')
      },
    })
    return stop
  }, [apiPath, enabled, headersAsText])

  return state
}
