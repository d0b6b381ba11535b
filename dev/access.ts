import type { Access, FieldAccess, PayloadRequest } from 'payload'

type MaybeUser = PayloadRequest['user']

export function isAdministrator(user: MaybeUser): boolean {
  return user?.collection === 'users' && user.role === 'admin'
}

/** Editors enter the admin panel, too, and administrate nothing there. */
export const mayEnterPanel = (user: MaybeUser): boolean =>
  isAdministrator(user) || (user?.collection === 'users' && user.role === 'editor')

export const everyone: Access = () => true

export const administrators: Access = ({ req }) => isAdministrator(req.user)

export const administratorsOnField: FieldAccess = ({ req }) => isAdministrator(req.user)

/** For an auth collection: the user of the account, and administrators. */
export function selfOrAdministrators(collection: 'users' | 'customers'): Access {
  return ({ req: { user } }) => {
    if (isAdministrator(user)) return true
    return user?.collection === collection ? { id: { equals: user.id } } : false
  }
}

/** For documents with an `owner`: only that user, not even administrators. */
export const owner: Access = ({ req: { user } }) =>
  user?.collection === 'users' ? { owner: { equals: user.id } } : false
