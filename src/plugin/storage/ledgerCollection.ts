import type { CollectionConfig, Config, Field } from 'payload'
import type { Settings } from '../config/settings.js'
import { revocationsOnly } from './lifetimes.js'
import { wholesOnly } from './partsOf.js'
import { readOnlyCollection } from './readOnlyCollection.js'

/**
 * The ledger as a collection. Administrators can read it. Nobody can write it through an operation.
 */
export const ledgerCollection = (
  { slug, administrator }: Settings,
  db: Pick<Config['db'], 'name'>,
): CollectionConfig => ({
  slug,
  labels: { singular: 'Revocation', plural: 'Revocations' },
  admin: {
    group: 'Security',
    useAsTitle: 'subject',
    baseFilter: () => wholesOnly,
    defaultColumns: ['subject', 'reason', 'revokedAt', 'expiresAt', 'actor'],
    description:
      'The denylist: tokens, sessions and users whose tokens are refused until they expire.',
  },
  ...readOnlyCollection({
    code: 'ledger-is-append-only',
    read: administrator,
    shown: revocationsOnly,
  }),
  defaultSort: '-revokedAt',
  // In MongoDB the id is `_id`: `prepareMongo` makes the same index there.
  indexes: db.name === 'mongoose' ? [] : [{ fields: ['expiresAt', 'id'] }],
  fields,
})

const instant = { date: { pickerAppearance: 'dayAndTime' }, readOnly: true } as const
const readOnly = { readOnly: true } as const

const fields: Field[] = [
  { name: 'id', type: 'text', required: true, admin: readOnly },
  {
    name: 'scope',
    type: 'text',
    required: true,
    admin: {
      ...readOnly,
      description: 'What was revoked: a token, a session, a user, or everyone.',
    },
  },
  { name: 'subject', type: 'text', required: true, index: true, admin: readOnly },
  { name: 'reason', type: 'text', required: true, admin: readOnly },
  {
    name: 'actor',
    type: 'text',
    index: true,
    admin: { ...readOnly, description: 'Who decided; empty if the application itself did.' },
  },
  {
    name: 'note',
    type: 'textarea',
    admin: { ...readOnly, description: 'A note by the person who decided.' },
  },
  {
    name: 'ip',
    type: 'text',
    admin: {
      ...readOnly,
      description: 'The address of the request, with the option `trustProxy`.',
    },
  },
  { name: 'revokedAt', type: 'date', required: true, admin: instant },
  {
    name: 'effectiveAt',
    type: 'date',
    admin: { ...instant, description: 'Refused from this instant on; empty: at once.' },
  },
  {
    name: 'cutoff',
    type: 'date',
    index: true,
    admin: { ...instant, description: 'Tokens issued at or before this instant are refused.' },
  },
  {
    name: 'exceptSession',
    type: 'text',
    admin: { ...readOnly, description: 'The session that the cut-off spares.' },
  },
  {
    name: 'lifts',
    type: 'text',
    index: true,
    admin: {
      ...readOnly,
      description: 'The id of the earlier revocation that this one takes back.',
    },
  },
  { name: 'partOf', type: 'text', admin: { hidden: true } },
  { name: 'successor', type: 'text', admin: { hidden: true } },
  { name: 'successorExpiresAt', type: 'date', admin: { hidden: true } },
  { name: 'hookDueAt', type: 'date', index: true, admin: { hidden: true } },
  {
    name: 'expiresAt',
    type: 'date',
    required: true,
    admin: { ...instant, description: 'When the last token that this could name expires.' },
  },
]
