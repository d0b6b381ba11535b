import { fileURLToPath } from 'node:url'
import { bundled } from './bundled.js'
import { startChild } from './childProcess.js'
import type { App } from './createApp.js'
import { until } from './until.js'

const LOCK = fileURLToPath(new URL('./children/lockProcess.ts', import.meta.url))

/**
 * Prevents everybody from writing the ledger, but not from reading it, as `CREATE INDEX` does on
 * PostgreSQL, and a writer on an SQLite file. Resolves when the lock has begun. A process that
 * waits for an SQLite file does nothing else, so the lock is released automatically after
 * `lastsMs`.
 */
export async function lockWrites(
  { database, payload }: Pick<App, 'database' | 'payload'>,
  { lastsMs = 60_000 } = {},
): Promise<{ release(): Promise<void> }> {
  const { pool } = payload.db as unknown as { pool?: Pool }
  if (!pool) {
    const child = startChild({ args: [await bundled(LOCK), database, String(lastsMs)] })
    await until('the file is locked', () => child.lastOutput().includes('locked'))
    return { release: () => child.kill('SIGKILL') }
  }
  const client = await pool.connect()
  await client.query('BEGIN')
  await client.query('LOCK TABLE revocations IN SHARE MODE')
  return {
    async release() {
      await client.query('ROLLBACK')
      client.release()
    },
  }
}

interface Pool {
  connect(): Promise<{ query(sql: string): Promise<unknown>; release(): void }>
}
