import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { drizzle as postgres } from '@payloadcms/db-postgres/drizzle/node-postgres'
import { drizzle as sqlite } from '@payloadcms/db-sqlite/drizzle/libsql'
import { startPostgres } from '../support/postgresServer.js'
import { BUSY_TIMEOUT_MS, type DatabaseKind, type DatabaseSettings } from './settings.js'

/** The database of the system under test, and the faults that it can have. */
export interface Database {
  readonly kind: DatabaseKind
  /** As the apps see it. */
  readonly settings: DatabaseSettings
  /**
   * Starts what needs existing tables and users, and then becomes part of `settings`. Absent if
   * there is no such thing.
   */
  replicate?(): Promise<void>
  /**
   * Locks the ledger against every writer, as a backup or a migration would, or against every
   * reader too. Returns a function that releases it.
   */
  hold(against: 'writers' | 'everyone'): Promise<() => Promise<void>>
  stop(): Promise<void>
}

export interface DatabaseOptions {
  /** The folder for a database file. */
  folder: string
  busyTimeoutMs?: number | undefined
}

export const startDatabase = (kind: DatabaseKind, options: DatabaseOptions): Promise<Database> =>
  kind === 'sqlite' ? inSqlite(options) : inPostgres()

async function inSqlite({
  folder,
  busyTimeoutMs = BUSY_TIMEOUT_MS,
}: DatabaseOptions): Promise<Database> {
  const file = path.join(folder, 'app.db')
  return {
    kind: 'sqlite',
    settings: { file, busyTimeoutMs },
    /** In a file with a write-ahead log nothing blocks a reader. */
    async hold() {
      const { $client: client } = sqlite({ connection: { url: `file:${file}` } })
      while (!(await begins(() => client.execute('BEGIN EXCLUSIVE')))) await pause(1)
      return async () => {
        await client.execute('ROLLBACK')
        client.close()
      }
    },
    stop: async () => {},
  }
}

/** Another writer at the same moment goes first. */
async function begins(begin: () => Promise<unknown>): Promise<boolean> {
  try {
    await begin()
    return true
  } catch (error) {
    if (error instanceof Error && error.message.includes('SQLITE_BUSY')) return false
    throw error
  }
}

const LOCKS = { writers: 'SHARE', everyone: 'ACCESS EXCLUSIVE' } as const

async function inPostgres(): Promise<Database> {
  const server = startPostgres()
  const url = server.createDatabase()
  let readReplicas: string[] | undefined
  return {
    kind: 'postgres',
    get settings() {
      return { url, ...(readReplicas && { readReplicas }) }
    },
    async replicate() {
      readReplicas = [server.startDelayedReplica().addressOf(url)]
    },
    async hold(against) {
      const { $client: pool } = postgres(url)
      const client = await pool.connect()
      await client.query('BEGIN')
      await client.query(`LOCK TABLE revocations IN ${LOCKS[against]} MODE`)
      return async () => {
        await client.query('ROLLBACK')
        client.release()
        await pool.end()
      }
    },
    stop: async () => server.stop(),
  }
}
