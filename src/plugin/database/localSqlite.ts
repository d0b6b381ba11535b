/** The parts of Payload's SQLite adapter, and of its driver libsql, that are used here. */
export interface LocalSqlite {
  client: {
    protocol: string
    execute(sql: string): Promise<{ rows: readonly Readonly<Record<number, unknown>>[] }>
    executeMultiple(sql: string): Promise<unknown>
    /** Begins a transaction on the client's connection, and makes the client open another one. */
    transaction(mode: 'deferred'): Promise<{ close(): void }>
  }
  clientConfig?: { url?: string }
}

/** Whether the database runs in this process, so that no other code runs during a statement. */
export const isInProcess = (db: object): boolean =>
  (db as Partial<LocalSqlite>).client?.protocol === 'file'

/** Whether this is a file. While libsql reads or writes a file, no other code runs. */
export const isLocalSqlite = (db: object): db is LocalSqlite => {
  const { client, clientConfig } = db as Partial<LocalSqlite>
  // Nobody locks a database in memory, and it ends with its connection.
  return client?.protocol === 'file' && !/:memory:|mode=memory/.test(clientConfig?.url ?? '')
}

/**
 * libsql does not reset a statement that failed because the file was locked (`SQLITE_BUSY`). While
 * that statement exists, every later write over the same connection reports success, is visible
 * only to that connection, blocks every other writer, and is rolled back in the end.
 *
 * In that case this function makes the client use a new connection and returns `false`. Otherwise
 * it returns `true`.
 */
export async function settle(db: LocalSqlite): Promise<boolean> {
  try {
    await db.client.executeMultiple('BEGIN; COMMIT')
    return true
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'SQLITE_BUSY') throw error
    await renewConnection(db)
    return false
  }
}

/** Settings of the adapter or the application. A new connection does not inherit them. */
const SETTINGS = ['busy_timeout', 'foreign_keys', 'journal_size_limit', 'synchronous']

/** Closing the old connection rolls back what it did not commit, and releases its locks. */
export async function renewConnection({ client }: LocalSqlite): Promise<void> {
  const values = await Promise.all(
    SETTINGS.map(async (name) => (await client.execute(`PRAGMA ${name}`)).rows[0]?.[0]),
  )
  const old = await client.transaction('deferred')
  old.close()
  for (const [i, name] of SETTINGS.entries()) {
    await client.execute(`PRAGMA ${name} = ${Number(values[i])}`)
  }
}
