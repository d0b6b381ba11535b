import { readFileSync } from 'node:fs'

export const GROUPS = [
  'Runtimes',
  'Next.js',
  'Payload',
  'Databases',
  'Redis',
  'Where it is served',
  'Plugins',
] as const

/** A row of `docs/compatibility.md` that no cell of the matrix makes. This file is kept by hand. */
export interface Row {
  readonly group: (typeof GROUPS)[number]
  readonly platform: string
  readonly version?: string
  /** The file or folder of tests that shows it, as the docs name tests. Without it: not tried. */
  readonly test?: string
  /** `npm run test:more` runs it, though its name does not say so. */
  readonly isMore?: boolean
  readonly note?: string
}

const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  devDependencies: Record<string, string>
}

/** The version that the repository's own tests run on. */
const installed = (name: string) => ({ version: String(devDependencies[name]) })

export const OTHER_ROWS: readonly Row[] = [
  { group: 'Runtimes', platform: 'Node.js', version: '20', test: 'test', note: 'every other row' },
  { group: 'Runtimes', platform: 'Deno' },

  {
    group: 'Next.js',
    platform: 'Next.js',
    ...installed('next'),
    test: 'test/app',
    note: `React ${devDependencies.react}; also \`test/browser\``,
  },

  { group: 'Payload', platform: 'Payload', version: '3.90.1', test: 'test/install/website' },
  { group: 'Payload', platform: 'Payload', ...installed('payload'), test: 'test/plugin' },
  {
    group: 'Payload',
    platform: 'Payload 4 (canary)',
    version: '4.0.0-canary.36',
    test: 'test/payload4/payload4.more',
    note: 'Node.js 24.21.0, Next.js 16.4.6, SQLite and PostgreSQL',
  },

  {
    group: 'Databases',
    platform: 'SQLite (`db-sqlite`)',
    ...installed('@payloadcms/db-sqlite'),
    test: 'test/contract/ledgers',
  },
  {
    group: 'Databases',
    platform: 'PostgreSQL (`db-postgres`)',
    ...installed('@payloadcms/db-postgres'),
    test: 'test/contract/ledgers',
    note: 'PostgreSQL 15',
  },
  {
    group: 'Databases',
    platform: 'PostgreSQL with `readReplicas`',
    ...installed('@payloadcms/db-postgres'),
    test: 'test/plugin/database/readReplicas',
  },
  {
    group: 'Databases',
    platform: 'MongoDB’s protocol (`db-mongodb`)',
    ...installed('@payloadcms/db-mongodb'),
    test: 'test/contract/mongoLedger',
    note: 'mongo-java-server 1.47.0, which has no transactions',
  },
  {
    group: 'Databases',
    platform: 'MongoDB’s protocol with transactions',
    ...installed('@payloadcms/db-mongodb'),
    test: 'test/contract/mongoLedger',
    isMore: true,
    note: 'SecantusDB',
  },
  { group: 'Databases', platform: 'MongoDB itself, a replica set, its transactions' },
  {
    group: 'Databases',
    platform: 'PostgreSQL (`db-vercel-postgres`)',
    version: '3.90.1',
    test: 'test/contract/deployments.more',
    note: 'at localhost, and over a WebSocket as with Neon',
  },
  {
    group: 'Databases',
    platform: 'PostgreSQL behind pgbouncer',
    ...installed('@payloadcms/db-postgres'),
    test: 'test/contract/deployments',
    note: 'also `schemaName`, UUIDs, and without `push`',
  },
  {
    group: 'Databases',
    platform: 'Cloudflare D1 (`db-d1-sqlite`)',
    version: '3.87.1',
    test: 'test/contract/deployments.more',
    note: 'miniflare’s D1',
  },
  {
    group: 'Databases',
    platform: 'a Turso server (`db-sqlite`)',
    ...installed('@payloadcms/db-sqlite'),
    test: 'test/contract/deployments.more',
    note: 'sqld on the same machine; Turso’s own service is not tried',
  },

  {
    group: 'Redis',
    platform: 'Redis',
    version: '7.0.15',
    test: 'test/redis',
    note: `ioredis ${devDependencies.ioredis}`,
  },
  {
    group: 'Redis',
    platform: 'Redis Cluster, Sentinel, TLS',
    version: '7.0.15',
    test: 'test/redis/topologies',
  },
  { group: 'Redis', platform: 'Redis', version: '6.2', note: 'it has every command that is used' },
  { group: 'Redis', platform: 'Redis', version: '8' },
  { group: 'Redis', platform: 'hosted Redis (Upstash, ElastiCache, …)' },

  { group: 'Where it is served', platform: '`next start`', test: 'test/app' },
  {
    group: 'Where it is served',
    platform: '`output: standalone`',
    test: 'test/install/shop.more',
  },
  {
    group: 'Where it is served',
    platform: 'the verifier in a Cloudflare Worker',
    version: 'workerd 1.20261117',
    test: 'test/install/workers.more',
    note: 'by introspection, and with `strict`; Cloudflare’s own network is not tried',
  },
  {
    group: 'Where it is served',
    platform: 'the guard in a Cloudflare Worker',
    version: 'workerd 1.20261117',
    test: 'test/install/guardWorkers.more',
    note: 'with `httpFeed`, and with `redisFeed` and `strict`',
  },
  {
    group: 'Where it is served',
    platform: 'the verifier in Express 5, Fastify, Hono, Koa, NestJS, tRPC, ws',
    test: 'test/install/adapters.more',
  },
  {
    group: 'Where it is served',
    platform: 'behind nginx and Caddy that ask `/verify`',
    test: 'test/plugin/services/gateways.more',
  },
  {
    group: 'Where it is served',
    platform: 'functions that are frozen between requests',
    test: 'test/serverless/functions.more',
    note: 'processes that are stopped and continued, on small pools',
  },
  { group: 'Where it is served', platform: 'Vercel' },

  {
    group: 'Plugins',
    platform: 'payload-oauth2',
    ...installed('payload-oauth2'),
    test: 'test/ecosystem/oauth2',
  },
  {
    group: 'Plugins',
    platform: 'oidc-provider, whose logouts end sessions here',
    ...installed('oidc-provider'),
    test: 'test/ecosystem/oidcProvider',
  },
  {
    group: 'Plugins',
    platform: 'payload-totp',
    ...installed('payload-totp'),
    test: 'test/ecosystem/totp',
  },
  {
    group: 'Plugins',
    platform: 'nested-docs, redirects, search, seo, form-builder',
    version: '3.90.1',
    test: 'test/install/website',
  },
  {
    group: 'Plugins',
    platform: 'plugin-ecommerce',
    version: '3.90.1',
    test: 'test/install/shop.more',
  },
  {
    group: 'Plugins',
    platform: 'payload-auth (better-auth)',
    version: '3.0.0',
    test: 'test/ecosystem/plugins.more',
    note: 'better-auth 1.7.6',
  },
  {
    group: 'Plugins',
    platform: 'payload-auth-plugin',
    version: '0.7.13',
    test: 'test/ecosystem/plugins.more',
    note: 'by a provider; not its passwords and passkeys; also built by Next.js, in `test/ecosystem/built.more`',
  },
  {
    group: 'Plugins',
    platform: 'payload-authjs',
    version: '0.10.2',
    test: 'test/ecosystem/plugins.more',
    note: 'next-auth 5.0.0-beta.32',
  },
  {
    group: 'Plugins',
    platform: 'plugin-multi-tenant',
    version: '3.90.1',
    test: 'test/ecosystem/plugins.more',
    note: 'also built by Next.js, in `test/ecosystem/built.more`',
  },
  {
    group: 'Plugins',
    platform: 'plugin-mcp',
    version: '3.90.1',
    test: 'test/ecosystem/plugins.more',
    note: 'also built by Next.js, in `test/ecosystem/built.more`',
  },
  {
    group: 'Plugins',
    platform: 'plugin-import-export',
    version: '3.90.1',
    test: 'test/ecosystem/plugins.more',
    note: 'also built by Next.js, in `test/ecosystem/built.more`',
  },
  {
    group: 'Plugins',
    platform: 'plugin-sentry',
    version: '3.90.1',
    test: 'test/ecosystem/plugins.more',
    note: '@sentry/nextjs 10.78.0; also built by Next.js, in `test/ecosystem/built.more`',
  },
]
