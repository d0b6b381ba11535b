import { RichText } from '@payloadcms/richtext-lexical/react'
import { draftMode } from 'next/headers'
import { notFound } from 'next/navigation'
import { getPayload } from 'payload'

import { LivePreviewListener } from '@/components/LivePreviewListener'
import config from '@/payload.config'

export default async function Post({ params }: { params: Promise<{ slug: string }> }) {
  const { isEnabled: draft } = await draftMode()
  const payload = await getPayload({ config })
  const { docs } = await payload.find({
    collection: 'posts',
    draft,
    limit: 1,
    overrideAccess: draft,
    pagination: false,
    where: { slug: { equals: (await params).slug } },
  })
  const [post] = docs
  if (!post) notFound()
  return (
    <article>
      {draft && <LivePreviewListener />}
      <h1>{post.title}</h1>
      <p>By {post.authorNames?.join(', ')}</p>
      <RichText data={post.content} />
    </article>
  )
}
