import type { CollectionConfig } from 'payload'

import { anyone, editable } from '../access'

export const Media: CollectionConfig = {
  slug: 'media',
  folders: true,
  access: { ...editable, read: anyone },
  fields: [
    { name: 'alt', type: 'text' },
    { name: 'caption', type: 'richText' },
  ],
  upload: {
    staticDir: 'public/media',
    adminThumbnail: 'thumbnail',
    focalPoint: true,
    imageSizes: [{ name: 'thumbnail', width: 2 }],
  },
}
