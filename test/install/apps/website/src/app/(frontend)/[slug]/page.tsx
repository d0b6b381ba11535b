import { RichText } from '@payloadcms/richtext-lexical/react'
import type { Metadata } from 'next'
import { draftMode } from 'next/headers'
import { notFound, redirect } from 'next/navigation'
import { getPayload } from 'payload'
import { cache } from 'react'

import { LivePreviewListener } from '@/components/LivePreviewListener'
import config from '@/payload.config'

type Args = { params: Promise<{ slug?: string }> }

export async function generateStaticParams() {
  const payload = await getPayload({ config })
  const { docs } = await payload.find({
    collection: 'pages',
    overrideAccess: false,
    pagination: false,
    select: { slug: true },
  })
  return docs.filter(({ slug }) => slug !== 'home').map(({ slug }) => ({ slug }))
}

export async function generateMetadata({ params }: Args): Promise<Metadata> {
  const { slug = 'home' } = await params
  const page = await pageAt(slug)
  return { title: page?.meta?.title || page?.title || 'A website' }
}

export default async function Page({ params }: Args) {
  const { isEnabled } = await draftMode()
  const { slug = 'home' } = await params
  const page = await pageAt(slug)
  if (!page && slug === 'home') return <h1>Nothing is here yet.</h1>
  if (!page) return toWhereItIs(`/${slug}`)
  return (
    <article>
      {isEnabled && <LivePreviewListener />}
      <h1>{page.title}</h1>
      {page.layout?.map((block) => {
        if (block.blockType === 'content') {
          return block.text && <RichText data={block.text} key={block.id} />
        }
        return typeof block.form === 'object' && <form key={block.id}>{block.form?.title}</form>
      })}
    </article>
  )
}

const pageAt = cache(async (slug: string) => {
  const { isEnabled: draft } = await draftMode()
  const payload = await getPayload({ config })
  const { docs } = await payload.find({
    collection: 'pages',
    draft,
    limit: 1,
    overrideAccess: draft,
    pagination: false,
    where: { slug: { equals: slug } },
  })
  return docs[0]
})

async function toWhereItIs(from: string): Promise<never> {
  const payload = await getPayload({ config })
  const { docs } = await payload.find({
    collection: 'redirects',
    where: { from: { equals: from } },
  })
  if (docs[0]?.to?.url) redirect(docs[0].to.url)
  notFound()
}
