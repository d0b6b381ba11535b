import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Args as MongoArgs } from '@payloadcms/db-mongodb'
import {
  buildConfig,
  type Config,
  getPayload,
  handleEndpoints,
  type Payload,
  type SanitizedConfig,
} from 'payload'
import { type JwtRevocationOptions, jwtRevocation } from '../../src/index.js'
import { mongoAdapterOf } from '../../src/plugin/database/mongoAdapter.js'
import { baseConfig, MEMBER } from './baseConfig.js'

export interface AppOptions {
  /** Options of the plugin; `false` leaves the plugin out, for the attack that works without. */
  plugin?: JwtRevocationOptions | false
  /** Changes the Payload config before the plugin sees it. */
  configure?: (config: Config) => Config
  /**
   * `database` of another app of the test, for two processes on one database: its file, which with
   * `postgres` tells no more than that somebody has filled it.
   */
  database?: string
  /** SQLite has transactions only when asked. */
  transactions?: boolean
  /** The address of an empty PostgreSQL database, in place of SQLite. */
  postgres?: string | undefined
  /** The address of an empty MongoDB database, in place of SQLite. */
  mongo?: string | Promise<string> | undefined
  /** Changes the arguments of the MongoDB adapter. */
  mongoArgs?: Partial<MongoArgs>
  /** The schema of PostgreSQL that holds the tables. Default `public`. */
  schemaName?: string
  /** Addresses of PostgreSQL's replicas; they are read right after a write, too. */
  readReplicas?: string[]
  /** How many connections PostgreSQL may use. */
  poolSize?: number
  /** Is told of each statement before the database gets it; what it throws, the statement throws. */
  onStatement?: (sql: string) => void
  /**
   * The database shows its own time. Default: that of `Date` here, which is the same unless a test
   * moves it.
   */
  hasOwnClock?: boolean
  isDisablingOnInit?: boolean
  /** Makes it the one that GraphQL's route handler finds; one at a time. */
  isDefault?: boolean
}

export type App = Awaited<ReturnType<typeof createApp>>

/** A real Payload with a real database, asked over `Request` and `Response`. */
export async function createApp(options: AppOptions = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), 'jwt-revocation-'))
  const database = options.database ?? path.join(folder, 'app.db')
  const key = options.isDefault ? 'default' : path.basename(folder)
  const config = await buildAppConfig(options, database)
  const payload = await getPayload({
    config,
    key,
    disableOnInit: options.isDisablingOnInit ?? false,
  })
  if (!options.hasOwnClock) shareClock(payload)
  if (!options.database) await seed(payload)
  const send = (request: Request) =>
    handleEndpoints({ config, request, payloadInstanceCacheKey: key })

  return {
    config,
    database,
    key,
    payload,
    send,
    async graphQL(query: string, headers: HeadersInit = {}) {
      const { GRAPHQL_POST } = await import('@payloadcms/next/routes')
      return GRAPHQL_POST(config)(makeRequest('/api/graphql', { body: { query }, headers }))
    },
    request: (pathname: string, init: RequestOptions = {}) => send(makeRequest(pathname, init)),
    async close() {
      const pools = poolsOf(payload)
      await payload.destroy()
      await Promise.all(pools.map(endConnections))
      forget(key)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export interface RequestOptions {
  body?: unknown
  headers?: HeadersInit
  method?: string
}

const ORIGIN = 'http://127.0.0.1:3000'

function makeRequest(pathname: string, { body, headers, method }: RequestOptions): Request {
  const all = new Headers(headers)
  if (body !== undefined) all.set('Content-Type', 'application/json')
  return new Request(ORIGIN + pathname, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: all,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
}

export async function buildAppConfig(
  { plugin = {}, configure = (config) => config, ...options }: AppOptions,
  database: string,
): Promise<SanitizedConfig> {
  const config = configure({ ...baseConfig(), db: await adapterFor(options, database) })
  const plugins = [...(config.plugins ?? []), ...(plugin === false ? [] : [jwtRevocation(plugin)])]
  return buildConfig({ ...config, plugins })
}

/** Payload never gives back the connections of its PostgreSQL adapter. */
function poolsOf({ db }: Payload): Pool[] {
  const { drizzle, pool } = db as unknown as {
    drizzle?: { $replicas?: { $client: Pool }[] }
    pool?: Pool
  }
  const replicas = drizzle?.$replicas?.map(({ $client }) => $client) ?? []
  return pool ? [pool, ...replicas] : []
}

interface Pool {
  end(): Promise<void>
  _clients: { end(): Promise<void> }[]
}

async function endConnections(pool: Pool) {
  // Ends those that wait for work, and would wait for ever for one that Payload holds.
  void pool.end()
  await Promise.all(pool._clients.map((client) => client.end()))
}

/** The clock of the database is asked by a statement, which then holds the time of `Date`. */
function shareClock({ db }: Payload) {
  const sql = db as unknown as { execute?: (statement: { raw?: string }) => unknown }
  const { execute } = sql
  const mongo = mongoAdapterOf(db)?.connection.db
  if (mongo) {
    const { command } = mongo
    mongo.command = async (asked, options) => ({
      ...(await command.call(mongo, asked, options)),
      ...(('hello' in asked || 'isMaster' in asked) && { localTime: new Date() }),
    })
  }
  if (!execute) return
  sql.execute = (statement) => {
    const time = `'${new Date().toISOString()}'`
    const raw = statement.raw
      ?.replaceAll("'now'", time)
      .replaceAll('clock_timestamp()', `${time}::timestamptz`)
    return execute.call(db, { ...statement, ...(raw && { raw }) })
  }
}

/** Payload keeps its instances, and GraphQL its schema, on the global object. */
function forget(key: string) {
  const global = globalThis as { _payload?: Map<string, unknown>; _payload_graphql?: object }
  global._payload?.delete(key)
  Object.assign(global._payload_graphql ?? {}, { graphql: null, promise: null })
}

/** Loads what is asked for alone: a process that is started for a moment has to load it anew. */
async function adapterFor(options: AppOptions, database: string) {
  const { mongo, mongoArgs, onStatement, postgres, readReplicas, schemaName } = options
  const { poolSize = 10, transactions } = options
  if (mongo !== undefined) {
    const { mongooseAdapter } = await import('@payloadcms/db-mongodb')
    return mongooseAdapter({ url: await mongo, ...mongoArgs })
  }
  const logger = onStatement && { logQuery: onStatement }
  if (postgres) {
    const { postgresAdapter } = await import('@payloadcms/db-postgres')
    const pool = { connectionString: postgres, max: poolSize }
    return postgresAdapter({
      pool,
      ...(logger && { logger }),
      ...(schemaName && { schemaName }),
      // What locks a table would be locked on a delayed replica until the commit arrives there.
      ...(readReplicas && { push: false, readReplicas, readReplicasAfterWriteInterval: 0 }),
    })
  }
  const { sqliteAdapter } = await import('@payloadcms/db-sqlite')
  return sqliteAdapter({
    client: { url: `file:${database}` },
    busyTimeout: 5_000,
    // Only a machine that goes down could lose what is not yet on its disk.
    wal: { synchronous: 'OFF' },
    ...(logger && { logger }),
    ...(transactions && { transactionOptions: {} }),
  })
}

async function seed(payload: Payload) {
  if (!payload.collections.users || !payload.collections.posts) return
  await payload.create({ collection: 'users', data: { ...MEMBER, role: 'member' } })
  await payload.create({ collection: 'posts', data: { title: 'public' } })
}
