import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { untilReady } from '../../dev/demo/server.ts'
import { statelessDatabase } from '../../dev/lib/databases.ts'
import { startChild } from './childProcess.js'
import type { RequestOptions } from './createApp.js'
import { until } from './until.js'

export interface AppStart {
  /** The database file of another app, or a new one. Default: a copy of the seeded one. */
  database?: string
  /** Carries the revocations over this Redis. Default: only the database does. */
  redisUrl?: string
  env?: Readonly<Record<string, string>>
  /** Sends no request before the test does. Payload starts with the first request. */
  isCold?: boolean
}

export type NextApp = Awaited<ReturnType<typeof startApp>>

export const APP_SECRET = 'a-secret-of-the-tests'

/** The variable in which `appSetup.ts` stores the path of the seeded database. */
export const SEEDED_DATABASE = 'JWT_REVOCATION_SEEDED_DATABASE'

const next = createRequire(import.meta.url).resolve('next/dist/bin/next')

/** The built app of `dev/`, in its own process and on its own port, called over HTTP. */
export async function startApp(options: AppStart = {}) {
  const folder = options.database ? undefined : mkdtempSync(path.join(tmpdir(), 'jwt-revocation-'))
  const database = options.database ?? copySeed(path.join(folder ?? '', 'app.db'))
  const child = startChild({
    args: [next, 'start', 'dev', '-p', '0', '-H', '127.0.0.1'],
    env: environmentOf({ ...options, database }),
  })
  const origin = await until('the app listens', () => {
    if (child.hasEnded) throw new Error(`The app ended:\n${child.lastOutput()}`)
    return /http:\/\/127\.0\.0\.1:\d+/.exec(child.lastOutput())?.[0]
  })
  if (!options.isCold) await untilReady(origin, child)

  return {
    origin,
    database,
    pid: child.pid,
    lastOutput: child.lastOutput,
    kill: child.kill,
    /** Redirects are answers like any other, so they are not followed. */
    request: (pathname: string, init: RequestOptions = {}) =>
      fetch(origin + pathname, {
        ...fetchOptions(init),
        redirect: 'manual',
        signal: AbortSignal.timeout(60_000),
      }),
    /** Everything that the app answered is durable, so it gets no time to wait for idle clients. */
    async stop() {
      await child.kill('SIGKILL')
      if (folder) rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Copies the seeded database, including what is still in SQLite's write-ahead log. */
function copySeed(target: string): string {
  const seeded = process.env[SEEDED_DATABASE]
  if (!seeded) throw new Error('No seeded database: is test/support/appSetup.ts the global setup?')
  copyDatabase(statelessDatabase(seeded), statelessDatabase(target))
  return copyDatabase(seeded, target)
}

/** Copies a database that no process is writing to. */
export function copyDatabase(source: string, target: string): string {
  for (const part of ['', '-wal']) {
    if (existsSync(source + part)) copyFileSync(source + part, target + part)
  }
  return target
}

export function environmentOf({ database, redisUrl, env }: AppStart): NodeJS.ProcessEnv {
  const { REDIS_URL, PAYLOAD_FORCE_DRIZZLE_PUSH, NODE_OPTIONS, ...inherited } = process.env
  return {
    ...inherited,
    DATABASE_URI: `file:${database}`,
    NEXT_TELEMETRY_DISABLED: '1',
    NODE_ENV: 'production',
    PAYLOAD_LOG_LEVEL: 'warn',
    PAYLOAD_SECRET: APP_SECRET,
    ...(redisUrl && { REDIS_URL: redisUrl }),
    ...env,
  }
}

function fetchOptions({ body, headers, method }: RequestOptions): RequestInit {
  // Sent like a page navigation of a browser. A script would get 401 instead of a redirect.
  const all = new Headers(headers)
  if (!all.has('Accept')) all.set('Accept', 'text/html,*/*')
  const isForm = body instanceof FormData
  if (body !== undefined && !isForm) all.set('Content-Type', 'application/json')
  return {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: all,
    ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
  }
}
