import type { DatabaseAdapter } from 'payload'
import { memo } from '../../core/processWide.js'

/** What is used of an adapter with `readReplicas` (db-postgres, db-vercel-postgres). */
interface Replicated {
  /** With replicas a router: what only reads goes to one of them, however far behind it is. */
  drizzle: object
  primaryDrizzle?: object
  /** When this process last wrote, for Payload's own `readReplicasAfterWriteInterval`. */
  lastWriteTimestamp?: number
}

const views = memo<DatabaseAdapter, DatabaseAdapter>('primaryViews')
/** An operation of Payload's reads what decides within this time, in milliseconds. */
const PREFERRED_MS = 1_000

/**
 * The adapter as it reads the primary: for every query that decides. A replica that lags lacks what
 * was revoked meanwhile. Without replicas it is the adapter itself.
 */
export function primaryOf(db: DatabaseAdapter): DatabaseAdapter {
  const replicated = db as DatabaseAdapter & Replicated
  if (!replicated.primaryDrizzle) return db
  const view =
    views.get(db) ??
    Object.create(replicated, {
      // A reconnect makes new ones.
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

/**
 * Lets Payload's own operations of this process read the primary for a moment, as they do after a
 * write: for what they decide by, such as the password of a login.
 */
export function preferPrimary(db: DatabaseAdapter): void {
  const replicated = db as DatabaseAdapter & Replicated
  if (!replicated.primaryDrizzle) return
  replicated.lastWriteTimestamp = Math.max(
    replicated.lastWriteTimestamp ?? 0,
    Date.now() + PREFERRED_MS,
  )
}
