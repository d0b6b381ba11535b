'use client'

import { Button, toast } from '@payloadcms/ui'

export function BeforeDashboard() {
  const seed = async () => {
    const { ok } = await fetch('/next/seed', { method: 'POST', credentials: 'include' })
    if (ok) toast.success('The database is seeded.')
    else toast.error('The database was not seeded.')
  }
  return (
    <div>
      <h4>Welcome to your dashboard!</h4>
      <Button onClick={seed}>Seed the database</Button>
    </div>
  )
}
