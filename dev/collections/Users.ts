import type { CollectionConfig } from 'payload'
import {
  administrators,
  administratorsOnField,
  mayEnterPanel,
  selfOrAdministrators,
} from '../access.ts'

export const Users: CollectionConfig = {
  slug: 'users',
  auth: true,
  admin: { useAsTitle: 'email', defaultColumns: ['email', 'name', 'role'] },
  access: {
    admin: ({ req }) => mayEnterPanel(req.user),
    create: administrators,
    delete: administrators,
    read: selfOrAdministrators('users'),
    unlock: administrators,
    update: selfOrAdministrators('users'),
  },
  fields: [
    { name: 'name', type: 'text' },
    {
      name: 'role',
      type: 'select',
      options: ['admin', 'editor', 'member'],
      defaultValue: 'member',
      required: true,
      saveToJWT: true,
      access: { update: administratorsOnField },
    },
  ],
}
