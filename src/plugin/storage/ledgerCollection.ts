import type { CollectionConfig, Field } from 'payload'
import type { Settings } from '../config/settings.js'
import { revocationsOnly } from './lifetimes.js'
import { wholesOnly } from './partsOf.js'
import { readOnlyCollection } from './readOnlyCollection.js'

/** The ledger as a collection: administrators read it, nobody writes it through an operation. */
export const ledgerCollection = ({ slug, administrator }: Settings): CollectionConfig => ({
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
    admin: { ...readOnly, description: 'What ended: a token, a session, a user, or everyone.' },
  },
  { name: 'subject', type: 'text', required: true, index: true, admin: readOnly },
  { name: 'reason', type: 'text', required: true, admin: readOnly },
  {
    name: 'actor',
    type: 'text',
    admin: { ...readOnly, description: 'Who decided; empty when it was the application itself.' },
  },
  {
    name: 'note',
    type: 'textarea',
    admin: { ...readOnly, description: 'What whoever decided wants to be remembered.' },
  },
  {
    name: 'ip',
    type: 'text',
    admin: { ...readOnly, description: 'From where it was asked, behind trusted proxies.' },
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
    admin: { ...readOnly, description: 'The earlier revocation (its id) that this takes back.' },
  },
  { name: 'partOf', type: 'text', admin: { hidden: true } },
  { name: 'successor', type: 'text', admin: { hidden: true } },
  { name: 'successorExpiresAt', type: 'date', admin: { hidden: true } },
  {
    name: 'expiresAt',
    type: 'date',
    required: true,
    index: true,
    admin: { ...instant, description: 'When the last token that this could name has expired.' },
  },
]
