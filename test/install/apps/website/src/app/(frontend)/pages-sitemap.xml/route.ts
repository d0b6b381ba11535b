import { unstable_cache } from 'next/cache'
import { getPayload } from 'payload'

import config from '@/payload.config'

const addresses = unstable_cache(
  async () => {
    const payload = await getPayload({ config })
    const { docs } = await payload.find({
      collection: 'pages',
      depth: 0,
      overrideAccess: false,
      pagination: false,
      select: { slug: true },
    })
    return docs.map(({ slug }) => `https://example.com/${slug}`)
  },
  ['pages-sitemap'],
  { tags: ['pages-sitemap'] },
)

export const dynamic = 'force-dynamic'

export async function GET() {
  const urls = (await addresses()).map((address) => `<url><loc>${address}</loc></url>`)
  return new Response(`<urlset>${urls.join('')}</urlset>`, {
    headers: { 'Content-Type': 'text/xml' },
  })
}
