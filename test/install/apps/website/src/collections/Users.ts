import type { CollectionConfig } from 'payload'

import { editable, signedIn } from '../access'

export const Users: CollectionConfig = {
  slug: 'users',
  access: { ...editable, admin: ({ req }) => Boolean(req.user), read: signedIn },
  admin: { useAsTitle: 'name', defaultColumns: ['name', 'email'] },
  auth: true,
  fields: [{ name: 'name', type: 'text' }],
}
