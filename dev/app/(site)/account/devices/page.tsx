import config from '@payload-config'
import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { getPayload } from 'payload'
import { LiveLogout, YourDevices } from 'payload-jwt-revocation/react'

export const metadata: Metadata = { title: 'Your devices' }

export default async function DevicesPage() {
  const payload = await getPayload({ config })
  const { user } = await payload.auth({ headers: await headers() })
  if (user?.collection !== 'users') redirect('/login?redirect=/account/devices')

  return (
    <div className="devices">
      <LiveLogout loginPath="/login" />
      <header className="page-head">
        <div>
          <h1>Your devices</h1>
          <p className="lead">Where you are signed in. What you end here is out within a second.</p>
        </div>
        <a href="/account">Back to the account</a>
      </header>
      <YourDevices />
    </div>
  )
}
