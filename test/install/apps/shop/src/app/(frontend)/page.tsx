import { getPayload } from 'payload'

import config from '@/payload.config'

export const dynamic = 'force-dynamic'

export default async function Shop() {
  const payload = await getPayload({ config })
  const { docs } = await payload.find({ collection: 'products', overrideAccess: false })
  return (
    <ul>
      {docs.map(({ id, slug, title }) => (
        <li key={id}>
          <a href={`/products/${slug}`}>{title}</a>
        </li>
      ))}
    </ul>
  )
}
