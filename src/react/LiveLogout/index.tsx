'use client'

import { useEffect, useRef, useState } from 'react'
import { builtBasePath } from '../basePath.js'
import { en } from '../labels/en.js'
import type { Labels } from '../labels/Labels.js'
import { leaveReason } from '../reasonStorage.js'
import type { SignOutReason } from '../signOutReason.js'
import { useRevocation } from '../useRevocation.js'

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
   * The texts; see `labels`.
   *
   * @default labels.en
   */
  labels?: Labels
}

/**
 * The tab in which somebody logs out goes its own way, with its own words; it gets this long, in
 * milliseconds, before this component takes over.
 */
const OWN_LOGOUT_MS = 300

const withoutBase = (pathname: string, basePath: string) =>
  basePath !== '' && `${pathname}/`.startsWith(`${basePath}/`)
    ? pathname.slice(basePath.length) || '/'
    : pathname

/**
 * Put it on every page that only somebody who is signed in may see. When the session ends, it
 * covers the page at once and goes to the login page, which says why (`SignedOutNotice`).
 */
export function LiveLogout(props: LiveLogoutProps) {
  const { basePath = builtBasePath(), apiPath = `${basePath}/api` } = props
  const { headers, onSignedOut, labels = en } = props
  const loginPath = basePath + (props.loginPath ?? '/login')
  const [reason, setReason] = useState<SignOutReason>()
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const { status, reason: ended } = useRevocation({
    apiPath,
    ...(headers !== undefined && { headers }),
  })

  useEffect(() => {
    if (status !== 'signed-out') return
    const leave = () => {
      const { pathname, search } = window.location
      if (pathname === loginPath) return
      if (onSignedOut) return onSignedOut(ended)
      setReason(ended)
      leaveReason(ended)
      const target = new URL(loginPath, window.location.href)
      // The router puts the base path before it.
      target.searchParams.set('redirect', withoutBase(pathname, basePath) + search)
      window.location.replace(target)
    }
    timer.current = setTimeout(leave, ended === 'logout' ? OWN_LOGOUT_MS : 0)
    return () => clearTimeout(timer.current)
  }, [status, ended, basePath, loginPath, onSignedOut])

  return reason ? <Cover labels={labels} loginPath={loginPath} reason={reason} /> : null
}

interface CoverProps {
  labels: Labels
  loginPath: string
  reason: SignOutReason
}

/** In the browser's top layer, so nothing behind it can be seen, read out or typed into. */
function Cover({ labels: { signedOut }, loginPath, reason }: CoverProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog
      aria-labelledby="jwt-revocation-signed-out"
      className="jwt-revocation-cover"
      onCancel={(event) => event.preventDefault()}
      ref={dialog}
      style={COVER}
    >
      <div>
        <h2 id="jwt-revocation-signed-out">{signedOut.title}</h2>
        <p>{signedOut.reasons[reason]}</p>
        <p>
          <a href={loginPath}>{signedOut.logIn}</a>
        </p>
      </div>
    </dialog>
  )
}

const COVER = {
  position: 'fixed',
  inset: 0,
  display: 'grid',
  placeItems: 'center',
  width: '100vw',
  height: '100vh',
  maxWidth: 'none',
  maxHeight: 'none',
  margin: 0,
  padding: '2rem',
  border: 0,
  boxSizing: 'border-box',
  textAlign: 'center',
  background: 'Canvas',
  color: 'CanvasText',
} as const
