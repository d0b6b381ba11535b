import type { DatabaseAdapterObj } from 'payload'

/** What drizzle-kit returns for a schema and a database. */
interface Push {
  apply(): Promise<void>
  hasDataLoss: boolean
  statementsToExecute: string[]
  warnings: string[]
}

interface Drizzle {
  client?: { executeMultiple(sql: string): Promise<void> }
  name: string
  payload: { config: { localization: false | { localeCodes: string[] } } }
  pool?: { query(sql: string): Promise<unknown> }
  rawTables: object
  requireDrizzleKit(): { pushSchema(...args: unknown[]): Promise<Push> }
  schemaName?: string
}

const known = new Map<string, string>()

/**
 * For empty databases. Payload compares its schema with the database at each start, which is a third
 * of an app's start. Here only the first app of a process does so. Later ones with the same schema run
 * the same statements.
 */
export function pushOnce<Adapter extends DatabaseAdapterObj>(adapter: Adapter): Adapter {
  let isEmpty = true
  return {
    ...adapter,
    init(args) {
      const db = adapter.init(args)
      if (isEmpty) rememberPush(db as unknown as Drizzle)
      isEmpty = false
      return db
    },
  }
}

function rememberPush(db: Drizzle) {
  const { requireDrizzleKit } = db
  db.requireDrizzleKit = () => ({
    ...requireDrizzleKit(),
    async pushSchema(...args) {
      // A reload of the config pushes once more.
      db.requireDrizzleKit = requireDrizzleKit
      const { config } = db.payload
      const key = JSON.stringify([db.name, db.schemaName, config.localization, db.rawTables])
      const statements = known.get(key)
      if (statements !== undefined) {
        const apply = async () => void (await execute(db, statements))
        return { apply, hasDataLoss: false, statementsToExecute: [], warnings: [] }
      }
      const push = await requireDrizzleKit().pushSchema(...args)
      known.set(key, push.statementsToExecute.join('\n'))
      return push
    },
  })
}

/** All at once, in a transaction. */
const execute = ({ client, pool }: Drizzle, statements: string) =>
  pool ? pool.query(statements) : client?.executeMultiple(`BEGIN;${statements}COMMIT;`)
