'use client'

import { useEffect, useRef, useState } from 'react'
import { DeviceItem, nameOf } from '../DeviceItem/index.js'
import { DevicesStyle } from '../DevicesStyle/index.js'
import { EndDialog } from '../EndDialog/index.js'
import { en } from '../labels/en.js'
import { fill } from '../labels/fill.js'
import type { Labels } from '../labels/Labels.js'
import type { SessionDoc } from '../sessionsApi.js'
import { type SessionsOptions, useSessions } from '../useSessions.js'

export interface YourDevicesProps extends SessionsOptions {
  /**
   * The texts; see `labels`.
   *
   * @default labels.en
   */
  labels?: Labels
  /**
   * `false` leaves the look to the application: every part has a class `jwt-revocation-…`.
   *
   * @default true
   */
  styled?: boolean
  /**
   * For a Content-Security-Policy that lets no style in without one.
   *
   * @default none
   */
  nonce?: string
}

/**
 * The own sessions as a list: what and where, since when; give one a name, end one, end all others.
 * Asks for the password when the server wants it. Takes the page's font and colours; the variables
 * `--jwt-revocation-accent`, `-danger`, `-line`, `-quiet`, `-surface`, `-ink` and `-radius` change
 * the rest. Light and dark follow the page's `color-scheme`.
 */
export function YourDevices(props: YourDevicesProps) {
  const { labels = en, styled = true, nonce, ...options } = props
  const { devices } = labels
  const { status, sessions, reload, rename, end, endOthers } = useSessions(options)
  const [ending, setEnding] = useState<SessionDoc | 'others'>()
  const [message, setMessage] = useState('')
  const news = useRef<HTMLParagraphElement>(null)
  const hasEnded = useRef(false)

  // Once the dialog is gone: before, nothing outside it takes the focus.
  useEffect(() => {
    if (ending || !hasEnded.current) return
    hasEnded.current = false
    // The button that had the focus is gone with its device.
    news.current?.focus()
  }, [ending])

  const renamer = (session: SessionDoc) => async (name: string) => {
    const outcome = await rename(session.id, name)
    const device = nameOf({ ...session, name: name.trim() || null }, labels)
    if (outcome === 'done') setMessage(fill(devices.renamed, { device }))
    return outcome
  }

  const close = (done: string) => (outcome: 'done' | 'cancelled') => {
    setEnding(undefined)
    if (outcome !== 'done') return
    setMessage(done)
    hasEnded.current = true
  }

  return (
    <section aria-label={devices.title} className="jwt-revocation-devices">
      {styled ? <DevicesStyle nonce={nonce} /> : null}
      {status === 'loading' ? <p className="jwt-revocation-quiet">{devices.loading}</p> : null}
      {status === 'signed-out' ? <p>{labels.signedOut.title}</p> : null}
      {status === 'failed' ? (
        <>
          <p>{devices.failed}</p>
          <div className="jwt-revocation-actions">
            <button onClick={() => void reload()} type="button">
              {devices.retry}
            </button>
          </div>
        </>
      ) : null}
      {status === 'ready' ? (
        <>
          <ul>
            {sessions.map((session) => (
              <DeviceItem
                key={session.id}
                labels={labels}
                onEnd={() => setEnding(session)}
                onRename={renamer(session)}
                session={session}
              />
            ))}
          </ul>
          {sessions.some(({ isCurrent }) => !isCurrent) ? (
            <div className="jwt-revocation-actions">
              <button
                className="jwt-revocation-danger"
                onClick={() => setEnding('others')}
                type="button"
              >
                {devices.endOthers}
              </button>
            </div>
          ) : (
            <p className="jwt-revocation-quiet">{devices.noOthers}</p>
          )}
        </>
      ) : null}
      <p ref={news} role="status" tabIndex={-1}>
        {message}
      </p>
      {ending === 'others' ? (
        <EndDialog
          action={devices.endOthers}
          labels={devices}
          onClose={close(devices.othersEnded)}
          onConfirm={endOthers}
          text={devices.endOthersText}
          title={`${devices.endOthers}?`}
        />
      ) : null}
      {ending && ending !== 'others' ? (
        <EndDialog
          action={devices.end}
          labels={devices}
          onClose={close(fill(devices.ended, { device: nameOf(ending, labels) }))}
          onConfirm={(password) => end(ending.id, password)}
          text={devices.endDeviceText}
          title={`${fill(devices.endDevice, { device: nameOf(ending, labels) })}?`}
        />
      ) : null}
    </section>
  )
}
