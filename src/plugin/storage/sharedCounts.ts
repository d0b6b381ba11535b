import type { CollectionSlug, Payload, TypeWithID, Where } from 'payload'
import type { SharedCount, SharedCounts } from '../../core/ports.js'
import { isPostgres } from '../database/onPostgres.js'
import { primaryOf } from '../database/primaryOf.js'

/**
 * The last count of a ledger, among Payload's own key-value pairs in the database (`payload-kv`). Each
 * process asks for it every few seconds. `undefined` unless the database is PostgreSQL and the
 * application keeps the pairs there.
 */
export function sharedCounts(payload: Payload, slug: string): SharedCounts | undefined {
  const collection = payload.config.kv?.kvCollection?.slug as CollectionSlug | undefined
  if (!collection || !isPostgres(payload.db)) return undefined
  const key = `jwt-revocation:${slug}:count`
  const where: Where = { key: { equals: key } }
  return {
    async read() {
      const found = await primaryOf(payload.db).findOne<TypeWithID & { data?: unknown }>({
        collection,
        where,
      })
      return isCount(found?.data) ? found.data : undefined
    },
    async write(data) {
      const select = {}
      await primaryOf(payload.db).upsert({
        ...{ collection, where, data: { key, data }, select },
        req: {},
      })
    },
  }
}

/** Another version of this package may have written it. */
function isCount(data: unknown): data is SharedCount {
  const { digest, id, periods, until } = (data ?? {}) as Partial<SharedCount>
  return (
    typeof id === 'string' &&
    typeof until === 'number' &&
    Array.isArray(digest) &&
    digest.length === periods?.count
  )
}
