import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { getStateless } from '../../../../stateless/getStateless.ts'

export const metadata: Metadata = { title: 'Account without the plugin' }

/** For the replay lab: a page of the Payload instance without the plugin. */
export default async function StatelessAccountPage() {
  const payload = await getStateless()
  const { user } = await payload.auth({ headers: await headers() })
  if (!user) redirect('/lab')
  return (
    <section className="narrow">
      <h1>Your account</h1>
      <p>
        Signed in as <strong>{user.email}</strong>, without the plugin.
      </p>
    </section>
  )
}
