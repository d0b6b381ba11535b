'use client'

import { PayloadAdminBar } from '@payloadcms/admin-bar'
import { useRouter } from 'next/navigation'
import { useEffect, useState } from 'react'

export function AdminBar({ preview }: { preview: boolean }) {
  const router = useRouter()
  const [origin, setOrigin] = useState<string>()
  const [email, setEmail] = useState<string>()
  useEffect(() => setOrigin(window.location.origin), [])
  if (!origin) return null
  return (
    <div data-editor={email}>
      <PayloadAdminBar
        cmsURL={origin}
        collectionSlug="pages"
        onAuthChange={(user) => setEmail(user?.email)}
        onPreviewExit={() => {
          void fetch('/next/exit-preview').then(() => router.refresh())
        }}
        preview={preview}
      />
    </div>
  )
}
