import { randomUUID } from 'node:crypto'
import type { EventEmitter } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Args as MongoArgs } from '@payloadcms/db-mongodb'
import {
  buildConfig,
  type CollectionConfig,
  type Config,
  type Field,
  getPayload,
  handleEndpoints,
  type Payload,
  type SanitizedConfig,
} from 'payload'
import { type JwtRevocationOptions, jwtRevocation } from '../../src/index.js'
import { mongoAdapterOf } from '../../src/plugin/database/mongoAdapter.js'
import { baseConfig, MEMBER } from './baseConfig.js'
import { pushOnce } from './pushOnce.js'

export interface AppOptions {
  /**
   * Options of the plugin. `false` leaves the plugin out, to show the attack that works without it.
   */
  plugin?: JwtRevocationOptions | false
  /** Changes the Payload config before the plugin sees it. */
  configure?: (config: Config) => Config
  /**
   * `database` of another app of the test, for two processes on one database: its file. With
   * `postgres` it only says that the database has already been filled.
   */
  database?: string
  /** SQLite has transactions only on request. */
  transactions?: boolean
  /** The address of an empty PostgreSQL database, to use instead of SQLite. */
  postgres?: string | undefined
  /** The address of an empty MongoDB database, to use instead of SQLite. */
  mongo?: string | Promise<string> | undefined
  /** Users are numbered from 1 on, as SQL does it, or get texts as ids. For MongoDB. */
  userIds?: 'numbers' | 'texts' | undefined
  /** Changes the arguments of the MongoDB adapter. */
  mongoArgs?: Partial<MongoArgs>
  /** The PostgreSQL schema of the tables. Default `public`. */
  schemaName?: string
  /** Addresses of PostgreSQL's replicas. They are read even right after a write. */
  readReplicas?: string[]
  /** How many connections to PostgreSQL are allowed. */
  poolSize?: number
  /**
   * Called with each statement and its parameters before the database gets it. If it throws, the
   * statement throws. Of MongoDB's commands it gets the name and the collection.
   */
  onStatement?: (sql: string, parameters?: readonly unknown[]) => void
  /**
   * The database shows its own time. By default it shows `Date` of this process, which is the same
   * unless a test changes it.
   */
  hasOwnClock?: boolean
  isDisablingOnInit?: boolean
  /** Makes it the app that GraphQL's route handler finds. Only one at a time. */
  isDefault?: boolean
}

export type App = Awaited<ReturnType<typeof createApp>>

/** A real Payload with a real database, called with `Request` and `Response`. */
export async function createApp(options: AppOptions = {}) {
  const folder = options.database ? undefined : mkdtempSync(path.join(tmpdir(), 'jwt-revocation-'))
  const database = options.database ?? path.join(folder ?? '', 'app.db')
  const key = options.isDefault ? 'default' : randomUUID()
  // A late call of a page or of GraphQL makes a default app again after its test has closed it.
  if (instances().get(key)?.payload) forget(key)
  const config = await buildAppConfig(options, database)
  const payload = await getPayload({
    config,
    key,
    disableOnInit: options.isDisablingOnInit ?? false,
  })
  if (options.mongoArgs?.connectOptions?.autoIndex !== false) await untilIndexed(payload)
  if (!options.hasOwnClock) shareClock(payload)
  if (options.mongo !== undefined && options.onStatement) tellCommands(payload, options.onStatement)
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
      if (folder) rmSync(folder, { recursive: true, force: true })
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
  const changed = configure({ ...baseConfig(), db: await adapterFor(options, database) })
  const config = options.userIds ? withOwnIds(changed, options.userIds) : changed
  const plugins = [...(config.plugins ?? []), ...(plugin === false ? [] : [jwtRevocation(plugin)])]
  return buildConfig({ ...config, plugins })
}

function withOwnIds(config: Config, kind: NonNullable<AppOptions['userIds']>): Config {
  let latest = 0
  const next = () => {
    latest += 1
    return kind === 'numbers' ? latest : `user-${latest}`
  }
  const hooks = {
    beforeValidate: [
      ({ operation, value }: { operation?: string; value?: unknown }) =>
        operation === 'create' ? next() : value,
    ],
  }
  const id: Field =
    kind === 'numbers' ? { name: 'id', type: 'number', hooks } : { name: 'id', type: 'text', hooks }
  const withIds = (collection: CollectionConfig): CollectionConfig => ({
    ...collection,
    fields: [...collection.fields, id],
  })
  return {
    ...config,
    collections: (config.collections ?? []).map((each) => (each.auth ? withIds(each) : each)),
  }
}

/** Payload never releases the connections of its PostgreSQL adapter. */
function poolsOf({ db }: Payload): Pool[] {
  if (db.name !== 'postgres') return []
  const { drizzle, pool } = db as unknown as {
    drizzle: { $client: Pool; $replicas?: { $client: Pool }[] }
    pool?: Pool
  }
  const replicas = drizzle.$replicas?.map(({ $client }) => $client) ?? []
  // The adapter for Vercel keeps its pool only there.
  return [pool ?? drizzle.$client, ...replicas]
}

interface Pool {
  end(): Promise<void>
  _clients: { end(): Promise<void> }[]
}

async function endConnections(pool: Pool) {
  // Ends idle connections. The pool would otherwise wait for ever for one that Payload holds.
  void pool.end()
  await Promise.all(pool._clients.map((client) => client.end()))
}

/** The database's clock is read by a statement, which then contains the time of `Date`. */
function shareClock({ db }: Payload) {
  const sql = db as unknown as { execute?: (statement: Statement) => unknown }
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
    const atThatTime = (text: string) =>
      text.replaceAll("'now'", time).replaceAll('clock_timestamp()', `${time}::timestamptz`)
    const raw = statement.raw && atThatTime(statement.raw)
    for (const { value } of textsIn(statement.sql))
      value.splice(0, value.length, ...value.map(atThatTime))
    return execute.call(db, { ...statement, ...(raw && { raw }) })
  }
}

interface Statement {
  raw?: string
  sql?: Chunk
}

/** A part of one of Drizzle's statements. */
interface Chunk {
  queryChunks?: Chunk[]
  value?: unknown
}

const textsIn = (chunk: Chunk | undefined): { value: string[] }[] => [
  ...(Array.isArray(chunk?.value) ? [{ value: chunk.value as string[] }] : []),
  ...(chunk?.queryChunks?.flatMap(textsIn) ?? []),
]

/** mongo-java-server may fail an insert while it creates an index. */
async function untilIndexed({ db }: Payload) {
  const models = Object.values(mongoAdapterOf(db)?.collections ?? {})
  await Promise.all(models.map((model) => model?.createIndexes()))
}

function tellCommands({ db }: Payload, onStatement: (command: string) => void) {
  const { connection } = db as unknown as { connection: { getClient(): EventEmitter } }
  connection
    .getClient()
    .on('commandStarted', ({ commandName, command }) =>
      onStatement(`${commandName} ${command[commandName]}`),
    )
}

const instances = () =>
  (globalThis as { _payload?: Map<string, { payload: Payload | null }> })._payload ?? new Map()

/** Payload stores its instances, and GraphQL its schema, on the global object. */
function forget(key: string) {
  const global = globalThis as { _payload_graphql?: object }
  instances().delete(key)
  Object.assign(global._payload_graphql ?? {}, { graphql: null, promise: null })
}

/** Imported only on demand, because a short-lived process would have to load it too. */
async function adapterFor(options: AppOptions, database: string) {
  const { mongo, mongoArgs, onStatement, postgres, readReplicas, schemaName } = options
  const { poolSize = 10, transactions } = options
  if (mongo !== undefined) {
    const { mongooseAdapter } = await import('@payloadcms/db-mongodb')
    const connectOptions = { monitorCommands: true, ...mongoArgs?.connectOptions }
    return mongooseAdapter({ url: await mongo, ...mongoArgs, connectOptions })
  }
  const logger = onStatement && { logQuery: onStatement }
  if (postgres) {
    const { postgresAdapter } = await import('@payloadcms/db-postgres')
    const pool = { connectionString: postgres, max: poolSize }
    const adapter = postgresAdapter({
      pool,
      ...(logger && { logger }),
      ...(schemaName && { schemaName }),
      // A lock on a table would also hold on a delayed replica until the commit arrives there.
      ...(readReplicas && { push: false, readReplicas, readReplicasAfterWriteInterval: 0 }),
    })
    return options.database ? adapter : pushOnce(adapter)
  }
  const { sqliteAdapter } = await import('@payloadcms/db-sqlite')
  const adapter = sqliteAdapter({
    client: { url: `file:${database}` },
    busyTimeout: 5_000,
    // Only a crash of the machine could lose what is not yet on disk.
    wal: { synchronous: 'OFF' },
    ...(logger && { logger }),
    ...(transactions && { transactionOptions: {} }),
  })
  return options.database ? adapter : pushOnce(adapter)
}

async function seed(payload: Payload) {
  if (!payload.collections.users || !payload.collections.posts) return
  await payload.create({ collection: 'users', data: { ...MEMBER, role: 'member' } })
  await payload.create({ collection: 'posts', data: { title: 'public' } })
}
