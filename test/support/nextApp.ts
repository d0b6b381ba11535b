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
  /** The database file of another app, or one to be. Default: a copy of the seeded one. */
  database?: string
  /** Carries the revocations over this Redis. Default: the database alone does. */
  redisUrl?: string
  env?: Readonly<Record<string, string>>
  /** Does not ask it anything before the test does: Payload starts with the first request. */
  isCold?: boolean
}

export type NextApp = Awaited<ReturnType<typeof startApp>>

export const APP_SECRET = 'a-secret-of-the-tests'

/** The variable in which `appSetup.ts` tells where the seeded database is. */
export const SEEDED_DATABASE = 'JWT_REVOCATION_SEEDED_DATABASE'

const next = createRequire(import.meta.url).resolve('next/dist/bin/next')

/** The built app of `dev/`, in a process and on a port of its own, asked over HTTP. */
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
    /** Redirects are answers like any other: they are not followed. */
    request: (pathname: string, init: RequestOptions = {}) =>
      fetch(origin + pathname, {
        ...fetchOptions(init),
        redirect: 'manual',
        signal: AbortSignal.timeout(60_000),
      }),
    /** Nothing is lost that the app has answered, so it gets no time to wait for idle clients. */
    async stop() {
      await child.kill('SIGKILL')
      if (folder) rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Copies the seeded database, with what SQLite has not yet moved out of its write-ahead log. */
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
  // As a browser that goes to a page: a script would get 401 where it is led to another.
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
