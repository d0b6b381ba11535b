import { sqliteAdapter } from '@payloadcms/db-sqlite'
import type { Config } from 'payload'
import { afterAll, beforeAll } from 'vitest'
import { onDatabase } from '../support/onDatabase.js'
import { installOtherAdapters, type OtherAdapters } from '../support/otherAdapters.js'
import { postgresDatabase } from '../support/postgresDatabase.js'
import { startSqld } from '../support/sqld.js'
import { startWebSocketProxy } from '../support/webSocketProxy.js'
import { describeDeployment } from './deploymentContract.js'

let adapters: OtherAdapters
beforeAll(async () => {
  adapters = await installOtherAdapters()
})
afterAll(() => adapters?.remove())

type Adapter = (options: object) => Config['db']

describeDeployment(
  'a Turso server',
  async () => {
    const { url, ...server } = await startSqld(
      adapters.pathOf(`@sqld/${process.platform}-${process.arch}/sqld`),
    )
    const apps = onDatabase((push) => sqliteAdapter({ client: { url }, push }))
    return { ...apps, crash: server.crash, close: server.stop }
  },
  { canCrash: true },
)

describeDeployment("Cloudflare's D1", async () => {
  const { Miniflare } = await adapters.load<MiniflareModule>('miniflare/dist/src/index.js')
  const { sqliteD1Adapter } = await adapters.load<Record<'sqliteD1Adapter', Adapter>>(
    '@payloadcms/db-d1-sqlite/dist/index.js',
  )
  const wait = waitUntilChanged()
  const script = 'export default { fetch: () => new Response() }'
  const server = new Miniflare({ modules: true, script, d1Databases: ['DB'] })
  const binding = await server.getD1Database('DB')
  const apps = onDatabase((push) => sqliteD1Adapter({ binding, push }))
  return {
    ...apps,
    async close() {
      await server.dispose()
      wait.restore()
    },
  }
})

/**
 * Miniflare waits for an answer by `Atomics.wait()`. On a busy machine it is woken by the late notice
 * of the answer before, finds none, and is out of step for good. So waiting goes on until the value
 * has changed.
 */
function waitUntilChanged() {
  const { wait } = Atomics
  const patched = (...[array, index, value, limit]: Parameters<typeof wait>) => {
    for (;;) {
      const result = wait(array, index, value, limit)
      if (result !== 'ok' || Atomics.load(array, index) !== value) return result
    }
  }
  Object.assign(Atomics, { wait: patched })
  return { restore: () => void Object.assign(Atomics, { wait }) }
}

describeDeployment('PostgreSQL by db-vercel-postgres, at localhost', async () => {
  const vercelPostgresAdapter = await vercelAdapter()
  const pool = { connectionString: postgresDatabase() }
  return onDatabase((push) => vercelPostgresAdapter({ pool, push }))
})

describeDeployment("PostgreSQL by db-vercel-postgres, over Neon's WebSockets", async () => {
  const vercelPostgresAdapter = await vercelAdapter()
  const { neonConfig } = await adapters.load<NeonModule>('@neondatabase/serverless/index.mjs')
  const database = new URL(postgresDatabase())
  const proxy = await startWebSocketProxy(`${database.searchParams.get('host')}/.s.PGSQL.5432`)
  Object.assign(neonConfig, {
    ...{ wsProxy: () => proxy.address, useSecureWebSocket: false },
    ...{ pipelineConnect: false, pipelineTLS: false },
  })
  const pool = { connectionString: `postgres://tester@localhost${database.pathname}` }
  const forced = { pool, forceUseVercelPostgres: true }
  return {
    ...onDatabase((push) => vercelPostgresAdapter({ ...forced, push })),
    close: async () => proxy.stop(),
  }
})

async function vercelAdapter(): Promise<Adapter> {
  const file = '@payloadcms/db-vercel-postgres/dist/index.js'
  return (await adapters.load<Record<'vercelPostgresAdapter', Adapter>>(file)).vercelPostgresAdapter
}

interface MiniflareModule {
  Miniflare: new (
    options: object,
  ) => {
    getD1Database(name: string): Promise<object>
    dispose(): Promise<void>
  }
}

interface NeonModule {
  neonConfig: object
}
