import type { Access, FieldAccess } from 'payload'

export const anyone = () => true

/** People of the shop have a collection of their own, apart from its customers. */
export const isAdmin: Access & FieldAccess = ({ req: { user } }) => user?.collection === 'admins'

export const isCustomer: FieldAccess = ({ req: { user } }) => user?.collection === 'customers'

export const isAdminOrSelf: Access = ({ req: { user } }) => {
  if (user?.collection === 'admins') return true
  return user?.collection === 'customers' && { id: { equals: user.id } }
}

export const isAdminOrOwner: Access = ({ req: { user } }) => {
  if (user?.collection === 'admins') return true
  return user?.collection === 'customers' && { customer: { equals: user.id } }
}

export const isAdminOrPublished: Access = ({ req: { user } }) =>
  user?.collection === 'admins' || { _status: { equals: 'published' } }
