import { draftMode } from 'next/headers'
import { notFound } from 'next/navigation'
import { getPayload } from 'payload'

import { LivePreviewListener } from '@/components/LivePreviewListener'
import config from '@/payload.config'

export default async function Product({ params }: { params: Promise<{ slug: string }> }) {
  const { isEnabled: draft } = await draftMode()
  const { slug } = await params
  const payload = await getPayload({ config })
  const { docs } = await payload.find({
    collection: 'products',
    draft,
    overrideAccess: draft,
    where: { slug: { equals: slug } },
  })
  if (!docs[0]) notFound()
  return (
    <main>
      {draft && <LivePreviewListener />}
      <h1>{docs[0].title}</h1>
      <p>${(docs[0].priceInUSD ?? 0) / 100}</p>
    </main>
  )
}
