import { postgresAdapter } from '@payloadcms/db-postgres'
import { sqliteAdapter } from '@payloadcms/db-sqlite'
import type { ChildSettings } from '../settings.js'

/** Enough for writers that wait for a locked table, and for readers in the meantime. */
const CONNECTIONS = 30

/** The process that creates the users also creates the tables. */
export function databaseAdapter({ database, users }: ChildSettings) {
  const push = users !== undefined
  if ('file' in database) {
    const { file, busyTimeoutMs } = database
    return sqliteAdapter({
      client: { url: `file:${file}` },
      busyTimeout: busyTimeoutMs,
      wal: true,
      push,
    })
  }
  const { url, readReplicas } = database
  return postgresAdapter({
    pool: { connectionString: url, max: CONNECTIONS },
    push,
    // Read even right after a write.
    ...(readReplicas && { readReplicas, readReplicasAfterWriteInterval: 0 }),
  })
}
