import type { CollectionConfig } from 'payload'
import { administrators, selfOrAdministrators } from '../access.ts'

/** A second auth collection, whose members may also use an API key. */
export const Customers: CollectionConfig = {
  slug: 'customers',
  auth: { useAPIKey: true },
  admin: { useAsTitle: 'email', defaultColumns: ['email', 'name'] },
  access: {
    create: administrators,
    delete: administrators,
    read: selfOrAdministrators('customers'),
    unlock: administrators,
    update: selfOrAdministrators('customers'),
  },
  fields: [{ name: 'name', type: 'text' }],
}
