import type { DatabaseAdapter } from 'payload'
import { memo } from '../../core/processWide.js'
import { mongoAdapterOf } from './mongoAdapter.js'

/**
 * The parts of an adapter with `readReplicas` (db-postgres, db-vercel-postgres) that are used here.
 */
interface Replicated {
  /** With replicas this is a router: read-only queries go to any replica, however far it lags. */
  drizzle: object
  primaryDrizzle?: object
  /** When this process wrote last, for Payload's own `readReplicasAfterWriteInterval`. */
  lastWriteTimestamp?: number
}

const views = memo<DatabaseAdapter, DatabaseAdapter>('primaryViews')
/** An operation of Payload reads what it decides by within this time, in milliseconds. */
const PREFERRED_MS = 1_000

/**
 * The adapter, but reading from the primary. Every query that decides something uses it, because a
 * lagging replica lacks recent revocations. Without replicas it is the adapter itself.
 */
export function primaryOf(db: DatabaseAdapter): DatabaseAdapter {
  const mongo = mongoAdapterOf(db)
  if (mongo) return mongo.collation ? withoutCollation(db) : db
  const replicated = db as DatabaseAdapter & Replicated
  if (!replicated.primaryDrizzle) return db
  const view =
    views.get(db) ??
    Object.create(replicated, {
      // A reconnect creates new instances.
      drizzle: { get: () => replicated.primaryDrizzle ?? replicated.drizzle },
      lastWriteTimestamp: {
        get: () => replicated.lastWriteTimestamp,
        set(timeMs: number) {
          replicated.lastWriteTimestamp = timeMs
        },
      },
    })
  views.set(db, view)
  return view
}

/** The plugin's indexes in MongoDB have no collation, so a comparison with one cannot use them. */
function withoutCollation(db: DatabaseAdapter): DatabaseAdapter {
  const view = views.get(db) ?? Object.create(db, { collation: { value: undefined } })
  views.set(db, view)
  return view
}

/**
 * Makes Payload's own operations in this process read from the primary for a moment, as they do
 * after a write. Use it for what they decide by, such as the password at a login.
 */
export function preferPrimary(db: DatabaseAdapter): void {
  const replicated = db as DatabaseAdapter & Replicated
  if (!replicated.primaryDrizzle) return
  replicated.lastWriteTimestamp = Math.max(
    replicated.lastWriteTimestamp ?? 0,
    Date.now() + PREFERRED_MS,
  )
}
