import config from '@payload-config'
import type { Metadata } from 'next'
import { cookies, headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { getPayload } from 'payload'
import { LiveLogout } from 'payload-jwt-revocation/react'
import { LogOutEverywhere } from '../../../components/LogOutEverywhere/index.tsx'
import { PasswordForm } from '../../../components/PasswordForm/index.tsx'
import { TokenCard } from '../../../components/TokenCard/index.tsx'
import { logOut } from './actions.ts'

export const metadata: Metadata = { title: 'Account' }

export default async function AccountPage() {
  const payload = await getPayload({ config })
  const { user } = await payload.auth({ headers: await headers() })
  if (user?.collection !== 'users') redirect('/login?redirect=/account')

  const { docs: notes } = await payload.find({
    collection: 'notes',
    overrideAccess: false,
    sort: 'createdAt',
    user,
  })
  const token = (await cookies()).get(`${payload.config.cookiePrefix}-token`)?.value

  return (
    <>
      <LiveLogout loginPath="/login" />
      <header className="page-head">
        <div>
          <h1>{user.name ? `Hello, ${user.name}` : 'Your account'}</h1>
          <p className="lead">
            Signed in as <strong>{user.email}</strong>, {user.role}
          </p>
        </div>
        <div className="actions">
          <form action={logOut}>
            <button className="button" type="submit">
              Log out
            </button>
          </form>
          <LogOutEverywhere />
          <a className="button button-quiet" href="/account/devices">
            Your devices
          </a>
        </div>
      </header>

      <div className="columns columns-wide">
        <div className="stack">
          {token ? <TokenCard token={token} /> : null}
          <section aria-labelledby="password" className="card">
            <h2 id="password">Password</h2>
            <PasswordForm />
          </section>
        </div>
        <section aria-labelledby="notes" className="card">
          <h2 id="notes">Your notes</h2>
          {notes.length === 0 ? <p className="hint">You have no notes yet.</p> : null}
          <ul className="notes">
            {notes.map(({ body, id, title }) => (
              <li key={id}>
                <h3>{title}</h3>
                <p>{body}</p>
              </li>
            ))}
          </ul>
        </section>
      </div>
    </>
  )
}
