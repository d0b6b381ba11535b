import { revalidatePath, revalidateTag } from 'next/cache'
import { type CollectionConfig, slugField } from 'payload'

import { editable, publishedOrSignedIn } from '../access'
import { previewPath } from '../previewPath'

export const Pages: CollectionConfig = {
  slug: 'pages',
  access: { ...editable, read: publishedOrSignedIn },
  admin: {
    useAsTitle: 'title',
    livePreview: { url: ({ data }) => previewPath(`/${data?.slug}`) },
    preview: ({ slug }) => previewPath(`/${slug}`),
  },
  fields: [
    { name: 'title', type: 'text', required: true },
    {
      name: 'layout',
      type: 'blocks',
      blocks: [
        { slug: 'content', fields: [{ name: 'text', type: 'richText' }] },
        {
          slug: 'form',
          interfaceName: 'FormBlock',
          fields: [{ name: 'form', type: 'relationship', relationTo: 'forms' }],
        },
      ],
    },
    slugField(),
  ],
  hooks: {
    afterChange: [
      ({ doc, req: { context } }) => {
        if (!context.disableRevalidate && doc._status === 'published') {
          revalidatePath(doc.slug === 'home' ? '/' : `/${doc.slug}`)
          revalidateTag('pages-sitemap', 'max')
        }
        return doc
      },
    ],
  },
  versions: { drafts: { autosave: { interval: 100 }, schedulePublish: true }, maxPerDoc: 50 },
}
