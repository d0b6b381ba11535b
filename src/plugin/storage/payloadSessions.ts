import type {
  ArrayField,
  Config,
  DatabaseAdapter,
  FlattenedArrayField,
  Payload,
  SanitizedCollectionConfig,
  TypeWithID,
} from 'payload'
import type { Token } from '../../core/token.js'
import { primaryOf } from '../database/primaryOf.js'

/** In a collection's `custom`: Payload's list of sessions was on by default, and is now off. */
const MARK = 'jwtRevocationOfPayloadSessions'

type Custom = Record<string, unknown> | undefined

/**
 * By default Payload keeps a list of sessions in each user document. The plugin turns it off. An
 * existing list stays in use until its sessions have expired: their tokens are still looked up in
 * it. Otherwise a user who logged out before the installation would be logged in again.
 */
export const withoutPayloadSessions = (custom: Custom): Custom => ({ ...custom, [MARK]: true })

/** A field of the application with that name is not Payload's list. */
export const hadPayloadSessions = ({ custom, flattenedFields }: SanitizedCollectionConfig) =>
  custom?.[MARK] === true && !flattenedFields.some(({ name }) => name === SESSIONS.name)

/**
 * Whether Payload issued the token for a session in its own list, and the list no longer contains
 * it. It reads the database, but only for tokens from before the installation.
 */
export async function hasLeftPayloadSessions(
  payload: Payload,
  token: Token,
  user: TypeWithID,
): Promise<boolean> {
  const { collection, id, session } = token
  const isOfPayload = id.startsWith('claims:') && session !== id
  const config = payload.collections[collection]?.config
  if (!isOfPayload || !config || !hadPayloadSessions(config)) return false
  const adapter: DatabaseAdapter = Object.create(primaryOf(payload.db), {
    payload: { value: payloadWithSessions(payload) },
  })
  const found = await adapter.findOne<TypeWithID & { sessions?: { id: string }[] | null }>({
    collection,
    select: { sessions: true },
    where: { id: { equals: user.id } },
  })
  return !found?.sessions?.some(({ id: each }) => each === session)
}

/**
 * Keeps the list's tables in the schema of an SQL database. Without it the first migration after
 * the installation would drop them, and would ask for each new table whether it is a renamed one.
 */
export function keepSessionTables(db: Config['db']): Config['db'] {
  return {
    ...db,
    init(args) {
      const adapter = db.init(args)
      const { init } = adapter
      if (!('rawTables' in adapter) || !init) return adapter
      adapter.init = async function initWithSessions(this: DatabaseAdapter) {
        const { payload } = this
        this.payload = payloadWithSessions(payload)
        try {
          await init.call(this)
        } finally {
          this.payload = payload
        }
      }
      return adapter
    },
  }
}

/** The same Payload instance for a database adapter, with the lists in place. */
function payloadWithSessions(payload: Payload): Payload {
  const config = {
    ...payload.config,
    collections: payload.config.collections.map(withSessions),
  }
  const collections = Object.fromEntries(
    Object.entries(payload.collections).map(([slug, collection]) => [
      slug,
      { ...collection, config: withSessions(collection.config) },
    ]),
  )
  return Object.create(payload, { config: { value: config }, collections: { value: collections } })
}

const withSessions = (collection: SanitizedCollectionConfig): SanitizedCollectionConfig =>
  hadPayloadSessions(collection)
    ? {
        ...collection,
        fields: [...collection.fields, SESSIONS],
        flattenedFields: [...collection.flattenedFields, SESSIONS],
      }
    : collection

const SESSION_FIELDS = [
  { name: 'id', type: 'text', required: true },
  { name: 'createdAt', type: 'date' },
  { name: 'expiresAt', type: 'date', required: true },
] satisfies ArrayField['fields']

/** As Payload declares it (`payload/dist/auth/baseFields/sessions.js`). */
const SESSIONS: ArrayField & FlattenedArrayField = {
  name: 'sessions',
  type: 'array',
  fields: SESSION_FIELDS,
  flattenedFields: SESSION_FIELDS,
}
