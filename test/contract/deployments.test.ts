import { postgresAdapter } from '@payloadcms/db-postgres'
import { createMigratedDatabase } from '../support/migratedApp.js'
import { onDatabase } from '../support/onDatabase.js'
import { startPgbouncer } from '../support/pgbouncer.js'
import { postgresDatabase } from '../support/postgresDatabase.js'
import { type Deployment, describeDeployment } from './deploymentContract.js'

describeDeployment(
  'PostgreSQL behind pgbouncer, which gives out connections for a transaction',
  async () => {
    const database = postgresDatabase()
    // An update of Payload's holds two connections at once, with and without the plugin.
    const { address, stop } = await startPgbouncer(database, { poolSize: 12 })
    return {
      ...onDatabase((push) => postgresAdapter({ pool: { connectionString: address }, push })),
      close: stop,
    }
  },
)

describeDeployment('PostgreSQL in a schema, with users named by UUIDs', async () => {
  const pool = { connectionString: postgresDatabase() }
  return onDatabase((push) => postgresAdapter({ pool, push, schemaName: 'cms', idType: 'uuid' }))
})

describeDeployment('PostgreSQL that only migrations change', () => migrated(postgresDatabase()))

describeDeployment('SQLite that only migrations change', () => migrated())

async function migrated(postgres?: string): Promise<Deployment> {
  const database = createMigratedDatabase(postgres)
  let migration: string | undefined = 'first'
  return {
    async open(plugin) {
      const app = await database.open({ plugin, ...(migration && { migration }) })
      migration = undefined
      return app
    },
    close: async () => database.remove(),
  }
}
