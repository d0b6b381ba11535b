import type { Access, FieldAccess } from 'payload'

export const isAdmin: Access & FieldAccess = ({ req: { user } }) =>
  Boolean(user?.roles?.includes('admin'))

export const isAdminOrSelf: Access = ({ req: { user } }) => {
  if (user?.roles?.includes('admin')) return true
  return user ? { id: { equals: user.id } } : false
}
