import { unstable_cache } from 'next/cache'
import { draftMode } from 'next/headers'
import { getPayload } from 'payload'
import type { ReactNode } from 'react'

import { AdminBar } from '@/components/AdminBar'
import config from '@/payload.config'

const navigation = unstable_cache(
  async () => (await getPayload({ config })).findGlobal({ slug: 'header' }),
  ['header'],
  { tags: ['global_header'] },
)

export default async function Layout({ children }: { children: ReactNode }) {
  const { isEnabled } = await draftMode()
  const { navItems } = await navigation()
  return (
    <html lang="en">
      <body>
        <AdminBar preview={isEnabled} />
        <nav>
          {navItems?.map(({ id, url, label }) => (
            <a href={url ?? '/'} key={id}>
              {label}
            </a>
          ))}
        </nav>
        {children}
      </body>
    </html>
  )
}
