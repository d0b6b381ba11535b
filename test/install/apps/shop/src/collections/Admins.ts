import type { CollectionConfig } from 'payload'

import { isAdmin } from '../access'

export const Admins: CollectionConfig = {
  slug: 'admins',
  access: { create: isAdmin, delete: isAdmin, read: isAdmin, update: isAdmin },
  admin: { useAsTitle: 'email' },
  auth: true,
  fields: [],
}
