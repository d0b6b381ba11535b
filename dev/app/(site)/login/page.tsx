import config from '@payload-config'
import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { getPayload } from 'payload'
import { SignedOutNotice } from 'payload-jwt-revocation/react'
import { LoginForm } from '../../../components/LoginForm/index.tsx'
import { demoAccounts } from '../../../lib/demoAccounts.ts'
import { safeRedirect } from '../../../lib/safeRedirect.ts'

export const metadata: Metadata = { title: 'Log in' }

const notices = new Map<unknown, string>([
  ['here', 'You are logged out. The token you had is refused from now on.'],
  ['everywhere', 'You are logged out everywhere. Every token you had is refused from now on.'],
])

interface LoginPageProps {
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function LoginPage({ searchParams }: LoginPageProps) {
  const query = await searchParams
  const target = safeRedirect(query.redirect, '/account')
  const payload = await getPayload({ config })
  const { user } = await payload.auth({ headers: await headers() })
  if (user?.collection === 'users') redirect(target)

  const notice = notices.get(query.left) ?? (query.redirect ? 'Log in to go on.' : undefined)
  const { email, password } = demoAccounts.member
  return (
    <section className="narrow">
      <h1>Log in</h1>
      <SignedOutNotice className="notice">
        {notice ? <p className="notice">{notice}</p> : null}
      </SignedOutNotice>
      <LoginForm redirectTo={target} />
      <p className="hint">
        The demo member is <code>{email}</code> with the password <code>{password}</code>.
      </p>
    </section>
  )
}
