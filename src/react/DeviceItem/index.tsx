'use client'

import { type FormEvent, useEffect, useId, useRef, useState } from 'react'
import { DeviceIcon } from '../DeviceIcon/index.js'
import { fill } from '../labels/fill.js'
import type { Labels } from '../labels/Labels.js'
import { timeAgo } from '../labels/timeAgo.js'
import type { SessionCallOutcome, SessionDoc } from '../sessionsApi.js'

export interface DeviceItemProps {
  session: SessionDoc
  labels: Labels
  onRename: (name: string) => Promise<SessionCallOutcome>
  onEnd: () => void
}

/** What a session is called: by its user, else by its browser. */
export const nameOf = ({ device, name }: SessionDoc, labels: Labels) =>
  name ?? device ?? labels.devices.unknownDevice

const MAX_NAME_LENGTH = 100

export function DeviceItem({ session, labels, onRename, onEnd }: DeviceItemProps) {
  const [isRenaming, setIsRenaming] = useState(false)
  const renameButton = useRef<HTMLButtonElement>(null)
  const hasRenamed = useRef(false)
  const { devices, locale } = labels
  const device = nameOf(session, labels)
  const ago = timeAgo(Date.parse(session.lastActiveAt), Date.now(), locale)
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' })

  // Once the button is back: while its user renames, there is none to take the focus.
  useEffect(() => {
    if (isRenaming || !hasRenamed.current) return
    hasRenamed.current = false
    renameButton.current?.focus()
  }, [isRenaming])

  const stopRenaming = () => {
    hasRenamed.current = true
    setIsRenaming(false)
  }

  return (
    <li className="jwt-revocation-device">
      <DeviceIcon userAgent={session.userAgent} />
      <div>
        <p className="jwt-revocation-name">
          {device}
          {session.isCurrent ? (
            <span className="jwt-revocation-badge">{devices.thisDevice}</span>
          ) : null}
        </p>
        <ul className="jwt-revocation-facts">
          {session.name && session.device ? <li>{session.device}</li> : null}
          <li>{fill(devices.lastActive, { when: ago ?? devices.now })}</li>
          {session.ip ? <li>{session.ip}</li> : null}
          <li>{fill(devices.signedIn, { date: date.format(new Date(session.createdAt)) })}</li>
        </ul>
        {isRenaming ? (
          <RenameForm
            labels={labels}
            name={session.name ?? session.device ?? ''}
            onClose={stopRenaming}
            onRename={onRename}
          />
        ) : null}
      </div>
      <div className="jwt-revocation-actions">
        {isRenaming ? null : (
          <button
            aria-label={fill(devices.renameDevice, { device })}
            onClick={() => setIsRenaming(true)}
            ref={renameButton}
            type="button"
          >
            {devices.rename}
          </button>
        )}
        {session.isCurrent ? null : (
          <button
            aria-label={fill(devices.endDevice, { device })}
            className="jwt-revocation-danger"
            onClick={onEnd}
            type="button"
          >
            {devices.end}
          </button>
        )}
      </div>
    </li>
  )
}

interface RenameFormProps {
  name: string
  labels: Labels
  onRename: (name: string) => Promise<SessionCallOutcome>
  onClose: () => void
}

function RenameForm({ name, labels: { devices }, onRename, onClose }: RenameFormProps) {
  const [hasFailed, setHasFailed] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  const id = useId()
  useEffect(() => input.current?.select(), [])

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const outcome = await onRename(input.current?.value ?? '')
    if (outcome === 'done') onClose()
    else setHasFailed(true)
  }

  return (
    <form
      className="jwt-revocation-rename"
      onKeyDown={({ key }) => key === 'Escape' && onClose()}
      onSubmit={submit}
    >
      <div className="jwt-revocation-field">
        <label htmlFor={id}>{devices.name}</label>
        <input
          autoComplete="off"
          defaultValue={name}
          id={id}
          maxLength={MAX_NAME_LENGTH}
          ref={input}
          type="text"
        />
      </div>
      <button type="submit">{devices.save}</button>
      <button onClick={onClose} type="button">
        {devices.cancel}
      </button>
      <p className="jwt-revocation-error" role="alert">
        {hasFailed ? devices.actionFailed : null}
      </p>
    </form>
  )
}
