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

/** In a collection's `custom`: Payload's list of sessions was its default, and is off now. */
const MARK = 'jwtRevocationOfPayloadSessions'

type Custom = Record<string, unknown> | undefined

/**
 * Payload keeps, by default, a list of sessions in each user document, and the plugin turns that
 * off. What an app that runs for a while has of it stays in use until it has expired: tokens of
 * such sessions are still looked up in the list, or whoever logged out before the installation
 * would be logged in again.
 */
export const withoutPayloadSessions = (custom: Custom): Custom => ({ ...custom, [MARK]: true })

/** An application's own field of that name is not Payload's list. */
export const hadPayloadSessions = ({ custom, flattenedFields }: SanitizedCollectionConfig) =>
  custom?.[MARK] === true && !flattenedFields.some(({ name }) => name === SESSIONS.name)

/**
 * Whether the token was issued by Payload for a session of its own list, and is no longer in it.
 * Reads the database, for tokens from before the installation only.
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
 * the installation would drop them, and ask whether each new table is one of them renamed.
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

/** The same instance for a database adapter, with the lists where they were. */
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
