import type { Access, CollectionConfig, Field } from 'payload'
import type { Settings } from '../config/settings.js'
import { readOnlyCollection } from './readOnlyCollection.js'
import { ofUser } from './sessionQueries.js'

/**
 * The sessions as a collection, one row per login. Administrators can read all, users their own.
 * Nobody can write it through an operation.
 */
export const sessionsCollection = (slug: string, settings: Settings): CollectionConfig => ({
  slug,
  labels: { singular: 'Session', plural: 'Sessions' },
  admin: {
    group: 'Security',
    useAsTitle: 'device',
    defaultColumns: ['device', 'userCollection', 'userId', 'createdAt', 'lastActiveAt', 'endedAt'],
    description: 'Logins: when, from where and with which device, and when and why they ended.',
  },
  ...readOnlyCollection({ code: 'sessions-are-read-only', read: readAccess(settings) }),
  defaultSort: '-createdAt',
  fields,
})

const readAccess =
  ({ administrator }: Settings): Access =>
  async ({ req }) => {
    if (await administrator({ req })) return true
    return req.user ? ofUser(req.user) : false
  }

const readOnly = { readOnly: true } as const
const instant = { ...readOnly, date: { pickerAppearance: 'dayAndTime' } } as const

const fields: Field[] = [
  {
    name: 'id',
    type: 'text',
    required: true,
    admin: { ...readOnly, description: 'The `sid` of the session’s tokens.' },
  },
  { name: 'userCollection', type: 'text', required: true, admin: readOnly },
  { name: 'userId', type: 'text', required: true, index: true, admin: readOnly },
  {
    name: 'name',
    type: 'text',
    admin: { ...readOnly, description: 'The name that the user gave it.' },
  },
  { name: 'device', type: 'text', admin: readOnly },
  { name: 'userAgent', type: 'text', admin: readOnly },
  {
    name: 'ip',
    label: 'IP address',
    type: 'text',
    admin: { ...readOnly, description: 'The address of the login, with the option `trustProxy`.' },
  },
  { name: 'createdAt', type: 'date', required: true, admin: instant },
  { name: 'lastRefreshedAt', type: 'date', required: true, admin: instant },
  {
    name: 'expiresAt',
    type: 'date',
    required: true,
    index: true,
    admin: { ...instant, description: 'When its latest token expires.' },
  },
  {
    name: 'lastActiveAt',
    type: 'date',
    admin: { ...instant, description: 'When it was last used, accurate to a few minutes.' },
  },
  { name: 'newestShownAt', type: 'date', admin: { hidden: true } },
  { name: 'endedAt', type: 'date', index: true, admin: instant },
  { name: 'endReason', type: 'text', admin: readOnly },
]
