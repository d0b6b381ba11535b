import { type CollectionConfig, slugField } from 'payload'

import { anyone, editable } from '../access'

export const Categories: CollectionConfig = {
  slug: 'categories',
  access: { ...editable, read: anyone },
  admin: { useAsTitle: 'title' },
  fields: [{ name: 'title', type: 'text', required: true }, slugField()],
}
