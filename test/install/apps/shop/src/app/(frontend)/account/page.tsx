import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { getPayload } from 'payload'

import config from '@/payload.config'

export default async function Account() {
  const payload = await getPayload({ config })
  const { user } = await payload.auth({ headers: await headers() })
  if (user?.collection !== 'customers') redirect('/?warning=Please%20log%20in')
  const { docs } = await payload.find({ collection: 'orders', overrideAccess: false, user })
  return (
    <main>
      <h1>{user.email}</h1>
      <p>{docs.length} orders</p>
    </main>
  )
}
