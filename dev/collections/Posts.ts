import type { CollectionConfig } from 'payload'
import { administrators, everyone } from '../access.ts'

export const Posts: CollectionConfig = {
  slug: 'posts',
  admin: { useAsTitle: 'title', defaultColumns: ['title', 'updatedAt'] },
  access: {
    create: administrators,
    delete: administrators,
    read: everyone,
    update: administrators,
  },
  fields: [
    { name: 'title', type: 'text', required: true },
    { name: 'body', type: 'textarea' },
  ],
}
