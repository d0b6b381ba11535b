import type { Access } from 'payload'

export const anyone: Access = () => true

export const signedIn: Access = ({ req: { user } }) => Boolean(user)

/** Drafts are for people who are signed in. */
export const publishedOrSignedIn: Access = ({ req: { user } }) =>
  user ? true : { _status: { equals: 'published' } }

export const editable = { create: signedIn, update: signedIn, delete: signedIn }
