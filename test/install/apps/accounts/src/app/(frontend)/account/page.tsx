import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { getPayload } from 'payload'
import { Suspense } from 'react'

import config from '@/payload.config'

export default function Page() {
  return (
    <main>
      <Suspense fallback="…">
        <Account />
      </Suspense>
    </main>
  )
}

async function Account() {
  const requested = await headers()
  const payload = await getPayload({ config })
  const { permissions, user } = await payload.auth({ headers: requested })
  if (!user) redirect('/login?redirect=/account')
  return (
    <>
      <h1>{user.email}</h1>
      <p>{permissions.canAccessAdmin ? 'An administrator' : 'A user'}</p>
    </>
  )
}
