import type { CollectionConfig } from 'payload'

import { anyone, isAdmin, isAdminOrSelf } from '../access'

export const Customers: CollectionConfig = {
  slug: 'customers',
  access: {
    admin: () => false,
    create: anyone,
    delete: isAdmin,
    read: isAdminOrSelf,
    update: isAdminOrSelf,
  },
  admin: { useAsTitle: 'email' },
  // Two weeks.
  auth: { tokenExpiration: 1_209_600 },
  fields: [
    { name: 'name', type: 'text' },
    { name: 'orders', type: 'join', collection: 'orders', on: 'customer' },
    { name: 'cart', type: 'join', collection: 'carts', on: 'customer' },
    { name: 'addresses', type: 'join', collection: 'addresses', on: 'customer' },
  ],
}
