'use client'

import { type FormEvent, useState } from 'react'

const endpoint = '/api/users/logout?allSessions=true'

/** Ends every session of the user over Payload's REST API, as any client can. */
export function LogOutEverywhere() {
  const [error, setError] = useState('')
  const [isPending, setIsPending] = useState(false)

  async function submit(event: FormEvent) {
    event.preventDefault()
    setError('')
    setIsPending(true)
    const response = await fetch(endpoint, { method: 'POST' }).catch(() => undefined)
    if (response?.ok) {
      window.location.assign('/login?left=everywhere')
    } else if (response?.status === 401) {
      window.location.assign('/login?redirect=/account')
    } else {
      setError('That did not work. You are still logged in; please try again.')
      setIsPending(false)
    }
  }

  return (
    <form action={endpoint} method="post" onSubmit={submit}>
      <button className="button button-danger" disabled={isPending} type="submit">
        {isPending ? 'Logging out…' : 'Log out everywhere'}
      </button>
      <p aria-live="polite" className="error">
        {error}
      </p>
    </form>
  )
}
