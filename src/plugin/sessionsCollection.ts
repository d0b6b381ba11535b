import type { Access, CollectionConfig, Field, Where } from 'payload'
import { CLOCK_TOLERANCE_MS } from '../core/revocation.js'
import { refuseWrites } from './refuseWrites.js'
import type { Settings } from './settings.js'

/**
 * The sessions as a collection, one row a login: administrators read all, users their own, nobody
 * writes it through an operation.
 */
export const sessionsCollection = (slug: string, settings: Settings): CollectionConfig => ({
  slug,
  labels: { singular: 'Session', plural: 'Sessions' },
  admin: {
    group: 'Security',
    useAsTitle: 'device',
    defaultColumns: [
      'device',
      'userCollection',
      'userId',
      'createdAt',
      'lastRefreshedAt',
      'endedAt',
    ],
    description: 'Logins: when, from where, with what device, and when and why they ended.',
  },
  access: {
    read: readAccess(settings),
    create: () => false,
    update: () => false,
    delete: () => false,
  },
  hooks: { beforeOperation: [refuseWrites('sessions-are-read-only')] },
  defaultSort: '-createdAt',
  disableDuplicate: true,
  lockDocuments: false,
  timestamps: false,
  fields,
})

const readAccess =
  ({ administrator }: Settings): Access =>
  async ({ req }) => {
    if (await administrator({ req })) return true
    return req.user ? ownSessions(req.user) : false
  }

/**
 * A database may hand out the id of a deleted user again: what began before the user's own
 * document was made is somebody else's.
 */
function ownSessions(user: {
  collection: string
  id: number | string
  createdAt?: unknown
}): Where {
  const since = Date.parse(String(user.createdAt ?? ''))
  const isTheirs: Where[] = [
    { userCollection: { equals: user.collection } },
    { userId: { equals: String(user.id) } },
  ]
  if (Number.isFinite(since)) {
    const earliest = new Date(since - CLOCK_TOLERANCE_MS).toISOString()
    isTheirs.push({ createdAt: { greater_than_equal: earliest } })
  }
  return { and: isTheirs }
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
  { name: 'name', type: 'text', admin: { ...readOnly, description: 'As its user calls it.' } },
  { name: 'device', type: 'text', admin: readOnly },
  { name: 'userAgent', type: 'text', admin: readOnly },
  {
    name: 'ip',
    label: 'IP address',
    type: 'text',
    admin: { ...readOnly, description: 'At the login. Recorded with the option `trustProxy`.' },
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
  { name: 'endedAt', type: 'date', index: true, admin: instant },
  { name: 'endReason', type: 'text', admin: readOnly },
]
