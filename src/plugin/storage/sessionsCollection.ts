import type {
  Access,
  CollectionAfterReadHook,
  CollectionConfig,
  Field,
  PayloadRequest,
} from 'payload'
import { isoDate } from '../../core/isoDate.js'
import { memo } from '../../core/processWide.js'
import type { Revocation } from '../../core/revocation.js'
import type { Settings } from '../config/settings.js'
import { endedWithEveryone, endsOfEveryone } from './endsOfEveryone.js'
import { readOnlyCollection } from './readOnlyCollection.js'
import { ofUser } from './sessionQueries.js'

/**
 * The sessions as a collection, one row per login. Administrators can read all, users their own.
 * Nobody can write it through an operation.
 */
export const sessionsCollection = (slug: string, settings: Settings): CollectionConfig => {
  const common = readOnlyCollection({
    code: 'sessions-are-read-only',
    read: readAccess(settings),
  })
  return {
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
        'lastActiveAt',
        'endedAt',
      ],
      description: 'Logins: when, from where and with which device, and when and why they ended.',
    },
    ...common,
    hooks: { ...common.hooks, afterRead: [showEndOfEveryone(settings)] },
    defaultSort: '-createdAt',
    fields: settings.identityProviders.length > 0 ? [...fields, ...linkFields] : fields,
  }
}

const known = memo<PayloadRequest, Promise<readonly Revocation[]>>('endsOfEveryoneInRequest')

/** The record itself does not show that a cut-off of everyone ended it. It is asked once a request. */
const showEndOfEveryone =
  ({ slug }: Settings): CollectionAfterReadHook =>
  async ({ doc, req }) => {
    // The caller may have selected other fields.
    if (!doc.lastRefreshedAt || !doc.expiresAt) return doc
    const asked = known.get(req) ?? endsOfEveryone(req.payload, slug)
    known.set(req, asked)
    const by = endedWithEveryone(doc, await asked)
    return by ? { ...doc, endedAt: isoDate(by.revokedAt), endReason: by.reason } : doc
  }

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

/** Only with `identityProviders`. No answer of an API has them. */
const linkFields: Field[] = [
  { name: 'idpIssuer', type: 'text', hidden: true },
  { name: 'idpSubject', type: 'text', index: true, hidden: true },
  { name: 'idpSession', type: 'text', index: true, hidden: true },
]
