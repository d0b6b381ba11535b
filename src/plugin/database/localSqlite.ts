/** What is used of Payload's SQLite adapter and of libsql, its driver. */
export interface LocalSqlite {
  client: {
    protocol: string
    execute(sql: string): Promise<{ rows: readonly Readonly<Record<number, unknown>>[] }>
    executeMultiple(sql: string): Promise<unknown>
    /** Begins one on the client's connection and leaves the client to open another. */
    transaction(mode: 'deferred'): Promise<{ close(): void }>
  }
  clientConfig?: { url?: string }
}

/** Whether this is a file, which libsql reads and writes while nobody else runs. */
export const isLocalSqlite = (db: object): db is LocalSqlite => {
  const { client, clientConfig } = db as Partial<LocalSqlite>
  // What lives in memory is locked by nobody, and ends with its connection.
  return client?.protocol === 'file' && !/:memory:|mode=memory/.test(clientConfig?.url ?? '')
}

/**
 * libsql does not reset a statement that failed because the file was locked (`SQLITE_BUSY`). While
 * that statement lives, whatever is written over the same connection is answered with success,
 * seen by that connection alone, keeps every other writer waiting, and is rolled back in the end.
 *
 * Lets the client go on with a fresh connection where it is so, and tells whether it was not.
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

/** What the adapter or the application has set; a connection does not inherit it. */
const SETTINGS = ['busy_timeout', 'foreign_keys', 'journal_size_limit', 'synchronous']

/** What was not committed over the old connection is rolled back at once, and its locks are gone. */
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
