import type { CollectionConfig } from 'payload'
import { owner } from '../access.ts'
import { countNotes } from '../endpoints/countNotes.ts'

export const Notes: CollectionConfig = {
  slug: 'notes',
  admin: { useAsTitle: 'title', defaultColumns: ['title', 'owner', 'updatedAt'] },
  access: {
    create: ({ req }) => req.user?.collection === 'users',
    delete: owner,
    read: owner,
    update: owner,
  },
  endpoints: [countNotes],
  fields: [
    { name: 'title', type: 'text', required: true },
    { name: 'body', type: 'textarea' },
    {
      name: 'owner',
      type: 'relationship',
      relationTo: 'users',
      index: true,
      admin: { readOnly: true, position: 'sidebar' },
    },
  ],
  hooks: {
    beforeChange: [
      ({ data, operation, originalDoc, req }) => {
        const author = req.user?.collection === 'users' ? req.user.id : data.owner
        return { ...data, owner: operation === 'create' ? author : originalDoc?.owner }
      },
    ],
  },
}
