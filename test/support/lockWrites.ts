import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { bundled } from './bundled.js'
import { startChild } from './childProcess.js'
import type { App } from './createApp.js'
import { until } from './until.js'

const LOCK = fileURLToPath(new URL('./children/lockProcess.ts', import.meta.url))

/**
 * Keeps everybody from writing the ledger for so many milliseconds, and nobody from reading it, as
 * `CREATE INDEX` does on PostgreSQL, and a writer on an SQLite file. Resolves when that has begun,
 * to what resolves when it is over.
 */
export async function lockWrites(
  { database, payload }: Pick<App, 'database' | 'payload'>,
  lastsMs: number,
): Promise<{ over: Promise<unknown> }> {
  const { pool } = payload.db as unknown as { pool?: Pool }
  if (!pool) {
    const args = [await bundled(LOCK), database, String(lastsMs)]
    const child = startChild({ args })
    await until('the file is locked', () => child.lastOutput().includes('locked'), {
      withinMs: 60_000,
    })
    return { over: child.exited }
  }
  const client = await pool.connect()
  await client.query('BEGIN')
  await client.query('LOCK TABLE revocations IN SHARE MODE')
  const over = pause(lastsMs).then(async () => {
    await client.query('ROLLBACK')
    client.release()
  })
  return { over }
}

interface Pool {
  connect(): Promise<{ query(sql: string): Promise<unknown>; release(): void }>
}
