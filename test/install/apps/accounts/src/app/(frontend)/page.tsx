import { headers } from 'next/headers'
import { getPayload } from 'payload'
import { Suspense } from 'react'

import config from '@/payload.config'

export default function Home() {
  return (
    <main>
      <h1>Accounts</h1>
      <Suspense fallback="…">
        <Greeting />
      </Suspense>
    </main>
  )
}

async function Greeting() {
  const requested = await headers()
  const payload = await getPayload({ config })
  const { user } = await payload.auth({ headers: requested })
  return <p>{user ? `Welcome back, ${user.email}` : 'Please log in.'}</p>
}
