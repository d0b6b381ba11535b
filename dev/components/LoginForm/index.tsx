'use client'

import { useActionState } from 'react'
import { logIn } from '../../app/(site)/login/actions.ts'

export function LoginForm({ redirectTo }: { redirectTo: string }) {
  const [state, action, isPending] = useActionState(logIn, { email: '' })
  return (
    <form action={action} className="form">
      <div className="field">
        <label htmlFor="email">Email</label>
        <input
          autoComplete="username"
          defaultValue={state.email}
          id="email"
          key={state.email}
          name="email"
          required
          type="email"
        />
      </div>
      <div className="field">
        <label htmlFor="password">Password</label>
        <input
          aria-describedby="login-error"
          aria-invalid={state.error ? true : undefined}
          autoComplete="current-password"
          id="password"
          name="password"
          required
          type="password"
        />
      </div>
      <p aria-live="polite" className="error" id="login-error">
        {state.error}
      </p>
      <input name="redirect" type="hidden" value={redirectTo} />
      <button className="button" disabled={isPending} type="submit">
        {isPending ? 'Logging in…' : 'Log in'}
      </button>
    </form>
  )
}
