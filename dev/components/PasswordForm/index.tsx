'use client'

import { useActionState } from 'react'
import { changePassword } from '../../app/(site)/account/actions.ts'

export function PasswordForm() {
  const [state, action, isPending] = useActionState(changePassword, {})
  return (
    <form action={action} className="form">
      <div className="field">
        <label htmlFor="new-password">New password</label>
        <input
          aria-describedby="password-hint password-result"
          aria-invalid={state.error ? true : undefined}
          autoComplete="new-password"
          id="new-password"
          minLength={8}
          name="password"
          required
          type="password"
        />
        <p className="hint" id="password-hint">
          At least 8 characters. Your other sessions end, this one goes on.
        </p>
      </div>
      <p aria-live="polite" className={state.error ? 'error' : 'done'} id="password-result">
        {state.error ?? state.done}
      </p>
      <button className="button button-quiet" disabled={isPending} type="submit">
        {isPending ? 'Changing…' : 'Change password'}
      </button>
    </form>
  )
}
