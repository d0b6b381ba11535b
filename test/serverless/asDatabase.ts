import type { App } from '../support/createApp.js'

interface Client {
  query(text: string): Promise<{ rows: Record<string, unknown>[] }>
  release(): void
}

/** How PostgreSQL tells the connections of the functions from the test's own. */
export const asFunction = (postgres: string) => `${postgres}&application_name=${NAME}`

const NAME = 'function'
const THEIRS = `from pg_stat_activity where datname = current_database() and application_name = '${NAME}'`

/** A connection of the test's own app to PostgreSQL, for what an administrator does there. */
async function connect({ payload }: App): Promise<Client> {
  const { pool } = payload.db as unknown as { pool: { connect(): Promise<Client> } }
  return pool.connect()
}

async function query(app: App, text: string) {
  const client = await connect(app)
  try {
    return (await client.query(text)).rows
  } finally {
    client.release()
  }
}

/** The state of each connection that a function has: `idle`, `idle in transaction`, … */
export const connectionStates = async (app: App) =>
  (await query(app, `select state ${THEIRS}`)).map(({ state }) => state)

export const cutConnections = (app: App) => query(app, `select pg_terminate_backend(pid) ${THEIRS}`)

/** From now on nobody can read the ledger. */
export async function lockLedger(app: App) {
  const client = await connect(app)
  await client.query('BEGIN')
  await client.query('LOCK TABLE revocations IN ACCESS EXCLUSIVE MODE')
  return {
    async release() {
      await client.query('ROLLBACK')
      client.release()
    },
  }
}
