import type { CollectionConfig } from 'payload'

import { isAdmin, isAdminOrSelf } from '../access'

export const Users: CollectionConfig = {
  slug: 'users',
  auth: { tokenExpiration: 28_800, cookies: { sameSite: 'Lax' } },
  admin: { useAsTitle: 'email' },
  access: {
    admin: ({ req: { user } }) => Boolean(user?.roles?.includes('admin')),
    create: () => true,
    delete: isAdmin,
    read: isAdminOrSelf,
    unlock: isAdmin,
    update: isAdminOrSelf,
  },
  fields: [
    { name: 'firstName', type: 'text' },
    {
      name: 'roles',
      type: 'select',
      hasMany: true,
      saveToJWT: true,
      options: ['admin', 'user'],
      access: { create: isAdmin, update: isAdmin },
      hooks: {
        beforeChange: [
          // The first one is the administrator, who alone appoints others.
          async ({ operation, req, value }) => {
            if (operation !== 'create') return value
            const { totalDocs } = await req.payload.count({ collection: 'users', req })
            return totalDocs === 0 ? ['admin', 'user'] : ['user']
          },
        ],
      },
    },
  ],
  hooks: {
    afterChange: [
      // A customer who signs up is logged in at once.
      async ({ doc, operation, req }) => {
        const { email, password } = req.data ?? {}
        if (operation !== 'create' || req.user || !email || !password) return doc
        const { token } = await req.payload.login({
          collection: 'users',
          data: { email: String(email), password: String(password) },
          req,
        })
        return { ...doc, token }
      },
    ],
  },
}
