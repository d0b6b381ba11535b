'use client'

import { useEffect, useRef, useState } from 'react'
import { asksBeforeLeaving } from '../asksBeforeLeaving.js'
import { builtBasePath } from '../basePath.js'
import { Cover, type CoverProps } from '../Cover/index.js'
import { en } from '../labels/en.js'
import type { Labels } from '../labels/Labels.js'
import { forgetLeaving, hasLeftLately, rememberLeaving } from '../leftLately.js'
import { leaveReason } from '../reasonStorage.js'
import type { SignOutReason } from '../signOutReason.js'
import { useRevocation } from '../useRevocation.js'
import { useUnaskedLeaving } from '../useUnaskedLeaving.js'

export interface LiveLogoutProps {
  /**
   * Where to log in again, without `basePath`; it gets the present page as `?redirect=…`.
   *
   * @default '/login'
   */
  loginPath?: string
  /**
   * `basePath` of `next.config`.
   *
   * @default what Payload's `withPayload` knows of it
   */
  basePath?: string
  /**
   * `routes.api` of the Payload config below `basePath`, with its `serverURL` if that is another.
   *
   * @default `<basePath>/api`
   */
  apiPath?: string
  /**
   * For a token that is sent by header.
   *
   * @default none; the cookie
   */
  headers?: Readonly<Record<string, string>>
  /**
   * Called in place of going to `loginPath`.
   *
   * @default none
   */
  onSignedOut?: (reason: SignOutReason) => void
  /**
   * What was typed on this page and is not saved, as text that can be copied; never a password.
   * Asked when the session ends. `undefined` says that there is nothing.
   *
   * @default none
   */
  unsavedText?: () => string | undefined
  /**
   * The texts; see `labels`.
   *
   * @default labels.en
   */
  labels?: Labels
}

/**
 * The tab in which somebody logs out goes its own way, with its own words. It gets this long, in
 * milliseconds, before it is covered,
 */
const OWN_LOGOUT_MS = 300
/** and this long before it is led away, where somebody has just clicked or typed. */
const OWN_WAY_MS = 3_000

const withoutBase = (pathname: string, basePath: string) =>
  basePath !== '' && `${pathname}/`.startsWith(`${basePath}/`)
    ? pathname.slice(basePath.length) || '/'
    : pathname

/**
 * Put it on every page that only somebody who is signed in may see. When the session ends, it
 * covers the page at once and goes to the login page, which says why (`SignedOutNotice`).
 *
 * It stays, covered, and waits for a click where the page has unsaved changes (`unsavedText`, or a
 * listener of `beforeunload` that would ask), and where the login page has just sent it back.
 */
export function LiveLogout(props: LiveLogoutProps) {
  const { basePath = builtBasePath(), apiPath = `${basePath}/api`, headers, labels = en } = props
  const loginPath = basePath + (props.loginPath ?? '/login')
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const [cover, setCover] = useState<Omit<CoverProps, 'labels'>>()
  const { status, reason } = useRevocation({
    apiPath,
    ...(headers !== undefined && { headers }),
  })
  useUnaskedLeaving(cover !== undefined)

  const signedOut = (why: SignOutReason) => {
    const { pathname, search } = window.location
    if (pathname === loginPath) return
    if (props.onSignedOut) return props.onSignedOut(why)
    const target = new URL(loginPath, window.location.href)
    // The router puts the base path before it.
    target.searchParams.set('redirect', withoutBase(pathname, basePath) + search)
    const text = props.unsavedText?.()
    const unsaved = text !== undefined || asksBeforeLeaving() ? { text } : undefined
    setCover({ href: target.href, reason: why, unsaved })
    if (unsaved || hasLeftLately()) return leaveReason(why)
    const isOwn = why === 'logout' && navigator.userActivation?.isActive
    timer.current = setTimeout(
      () => {
        leaveReason(why)
        rememberLeaving()
        window.location.replace(target)
      },
      isOwn ? OWN_WAY_MS : 0,
    )
  }
  const latest = useRef(signedOut)
  useEffect(() => {
    latest.current = signedOut
  })

  useEffect(() => {
    if (status === 'live') forgetLeaving()
    if (status !== 'signed-out') return
    const wait = reason === 'logout' ? OWN_LOGOUT_MS : 0
    timer.current = setTimeout(() => latest.current(reason), wait)
    return () => clearTimeout(timer.current)
  }, [status, reason])

  return cover ? <Cover {...cover} labels={labels} /> : null
}
