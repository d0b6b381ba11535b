import { postgresAdapter } from '@payloadcms/db-postgres'
import { sqliteAdapter } from '@payloadcms/db-sqlite'
import type { ChildSettings } from '../settings.js'

/** Enough for what waits for a locked table, and for who reads meanwhile. */
const CONNECTIONS = 30

/** The tables are made by the one who makes the users. */
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
    // Read right after a write, too.
    ...(readReplicas && { readReplicas, readReplicasAfterWriteInterval: 0 }),
  })
}
