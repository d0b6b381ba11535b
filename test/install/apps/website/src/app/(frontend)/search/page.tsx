import { getPayload } from 'payload'

import config from '@/payload.config'

export default async function Search({ searchParams }: { searchParams: Promise<{ q?: string }> }) {
  const { q = '' } = await searchParams
  const payload = await getPayload({ config })
  const { docs } = await payload.find({
    collection: 'search',
    depth: 1,
    limit: 12,
    pagination: false,
    where: { title: { like: q } },
  })
  return (
    <ul>
      {docs.map(({ id, slug, title }) => (
        <li key={id}>
          <a href={`/posts/${slug}`}>{title}</a>
        </li>
      ))}
    </ul>
  )
}
