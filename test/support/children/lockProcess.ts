/**
 * Locks an SQLite file against every writer for this many milliseconds, and prints when the lock
 * has begun.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { drizzle } from '@payloadcms/db-sqlite/drizzle/libsql'

const [database = '', lastsMs = '0'] = process.argv.slice(2)
const { $client: client } = drizzle({ connection: { url: `file:${database}` } })
await client.execute('PRAGMA busy_timeout = 10000')
await client.execute('BEGIN IMMEDIATE')
console.log('locked')
await pause(Number(lastsMs))
await client.execute('ROLLBACK')
client.close()
