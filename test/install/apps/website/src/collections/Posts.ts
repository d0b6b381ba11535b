import { FixedToolbarFeature, HeadingFeature, lexicalEditor } from '@payloadcms/richtext-lexical'
import { type CollectionConfig, slugField } from 'payload'

import { editable, publishedOrSignedIn } from '../access'
import { previewPath } from '../previewPath'

export const Posts: CollectionConfig = {
  slug: 'posts',
  access: { ...editable, read: publishedOrSignedIn },
  admin: {
    useAsTitle: 'title',
    livePreview: { url: ({ data }) => previewPath(`/posts/${data?.slug}`) },
    preview: ({ slug }) => previewPath(`/posts/${slug}`),
  },
  fields: [
    { name: 'title', type: 'text', required: true },
    { name: 'heroImage', type: 'upload', relationTo: 'media' },
    {
      name: 'content',
      type: 'richText',
      required: true,
      editor: lexicalEditor({
        features: ({ rootFeatures }) => [
          ...rootFeatures,
          HeadingFeature({ enabledHeadingSizes: ['h2', 'h3'] }),
          FixedToolbarFeature(),
        ],
      }),
    },
    { name: 'categories', type: 'relationship', relationTo: 'categories', hasMany: true },
    { name: 'authors', type: 'relationship', relationTo: 'users', hasMany: true },
    // People are not readable for visitors: their names alone are.
    {
      name: 'authorNames',
      type: 'text',
      hasMany: true,
      virtual: true,
      admin: { disabled: true },
    },
    slugField(),
  ],
  hooks: {
    afterRead: [
      async ({ doc, req: { payload } }) => {
        const authors = (doc.authors ?? []).map((author: number | { id: number }) =>
          payload.findByID({
            collection: 'users',
            id: typeof author === 'object' ? author.id : author,
            depth: 0,
          }),
        )
        const names = (await Promise.all(authors)).map(({ name }) => name)
        return { ...doc, authorNames: names }
      },
    ],
  },
  versions: { drafts: { autosave: { interval: 100 }, schedulePublish: true }, maxPerDoc: 50 },
}
