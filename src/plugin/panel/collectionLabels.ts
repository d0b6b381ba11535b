import type { CollectionConfig, Field } from 'payload'
import { en } from '../../translations/en.js'

type Key = keyof typeof en

/** A string of the plugin in the language of the request, where Payload takes a function. */
export const translated =
  (key: Key) =>
  ({ t }: { t: (key: never) => string }): string =>
    t(`jwtRevocation:${key}` as never)

/** The ledger's collection with names and descriptions in the reader's language. */
export const labelLedger = (collection: CollectionConfig): CollectionConfig => ({
  ...collection,
  labels: { singular: translated('revocation'), plural: translated('denylist') },
  admin: { ...collection.admin, description: translated('denylistDescription') },
  // The strings have the names of the fields.
  fields: labelFields(collection.fields, (name) => [name, `${name}Description`]),
})

const SESSION_STRINGS: Readonly<Record<string, readonly Key[]>> = {
  id: ['claimSession'],
  userCollection: ['userCollection'],
  userId: ['claimUser'],
  name: ['sessionName', 'sessionNameDescription'],
  device: ['device'],
  userAgent: ['userAgent'],
  ip: ['ip', 'sessionIpDescription'],
  createdAt: ['started'],
  lastRefreshedAt: ['lastRefreshed'],
  lastActiveAt: ['lastActive', 'lastActiveDescription'],
  expiresAt: ['expires', 'sessionExpiresDescription'],
  endedAt: ['ended'],
  endReason: ['endReason'],
}

/** As {@link labelLedger}, for the records of sessions. */
export const labelSessions = (collection: CollectionConfig): CollectionConfig => ({
  ...collection,
  labels: { singular: translated('session'), plural: translated('sessions') },
  admin: { ...collection.admin, description: translated('sessionsDescription') },
  fields: labelFields(collection.fields, (name) => SESSION_STRINGS[name] ?? []),
})

function labelFields(fields: readonly Field[], stringsOf: (name: string) => readonly string[]) {
  return fields.map((field) => {
    if (!('name' in field)) return field
    const [label = '', description = ''] = stringsOf(field.name)
    return {
      ...field,
      ...(isKey(label) && { label: translated(label) }),
      admin: {
        ...field.admin,
        ...(isKey(description) && { description: translated(description) }),
      },
    } as Field
  })
}

const isKey = (key: string): key is Key => key in en
