import { setTimeout as pause } from 'node:timers/promises'
import { drizzle } from '@payloadcms/db-sqlite/drizzle/libsql'

/** Holds the database locked against every writer, as a backup or a migration would. */
export async function lockLedger(database: string, lastsMs: number): Promise<void> {
  const { $client: client } = drizzle({ connection: { url: `file:${database}` } })
  try {
    while (!(await begins(() => client.execute('BEGIN EXCLUSIVE')))) await pause(1)
    await pause(lastsMs)
    await client.execute('ROLLBACK')
  } finally {
    client.close()
  }
}

/** Whoever writes at that instant is let through first. */
async function begins(begin: () => Promise<unknown>): Promise<boolean> {
  try {
    await begin()
    return true
  } catch (error) {
    if (error instanceof Error && error.message.includes('SQLITE_BUSY')) return false
    throw error
  }
}
