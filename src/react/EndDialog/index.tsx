'use client'

import { type FormEvent, useEffect, useId, useRef, useState } from 'react'
import type { Labels } from '../labels/Labels.js'
import type { SessionCallOutcome } from '../sessionsApi.js'

export interface EndDialogProps {
  title: string
  text: string
  /** On the button that does it. */
  action: string
  labels: Labels['devices']
  /** Does it; asked again with the password when it answers that one is needed. */
  onConfirm: (password: string | undefined) => Promise<SessionCallOutcome>
  /** Called when it is done, or when it was let be. */
  onClose: (outcome: 'done' | 'cancelled') => void
}

/** Asks before something ends; for the own password as well, when the server wants it. */
export function EndDialog(props: EndDialogProps) {
  const { title, text, action, labels, onConfirm, onClose } = props
  const dialog = useRef<HTMLDialogElement>(null)
  const password = useRef<HTMLInputElement>(null)
  const [outcome, setOutcome] = useState<SessionCallOutcome>()
  const [isAsking, setIsAsking] = useState(false)
  const [isPending, setIsPending] = useState(false)
  const id = useId()

  useEffect(() => dialog.current?.showModal(), [])
  useEffect(() => {
    if (isAsking && !isPending) password.current?.focus()
  }, [isAsking, isPending])

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setIsPending(true)
    const became = await onConfirm(isAsking ? (password.current?.value ?? '') : undefined)
    if (became === 'done') return onClose('done')
    if (became === 'password-needed') setIsAsking(true)
    setOutcome(became)
    setIsPending(false)
  }

  return (
    <dialog
      aria-describedby={`${id}text`}
      aria-labelledby={`${id}title`}
      className="jwt-revocation-dialog"
      onClose={() => onClose('cancelled')}
      ref={dialog}
    >
      <form onSubmit={submit}>
        <h2 id={`${id}title`}>{title}</h2>
        <p id={`${id}text`}>{text}</p>
        {isAsking ? (
          <div className="jwt-revocation-field">
            <label htmlFor={`${id}password`}>{labels.password}</label>
            <input
              aria-describedby={`${id}hint ${id}error`}
              aria-invalid={outcome === 'password-wrong' || undefined}
              autoComplete="current-password"
              id={`${id}password`}
              ref={password}
              required
              type="password"
            />
            <p className="jwt-revocation-quiet" id={`${id}hint`}>
              {labels.passwordNeeded}
            </p>
          </div>
        ) : null}
        <p className="jwt-revocation-error" id={`${id}error`} role="alert">
          {messageFor(outcome, labels)}
        </p>
        <div className="jwt-revocation-actions">
          <button disabled={isPending} onClick={() => dialog.current?.close()} type="button">
            {labels.cancel}
          </button>
          <button className="jwt-revocation-danger" disabled={isPending} type="submit">
            {action}
          </button>
        </div>
      </form>
    </dialog>
  )
}

function messageFor(outcome: SessionCallOutcome | undefined, labels: Labels['devices']) {
  if (outcome === 'password-wrong') return labels.passwordWrong
  return outcome === 'failed' || outcome === 'signed-out' ? labels.actionFailed : undefined
}
