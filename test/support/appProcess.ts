import { fileURLToPath } from 'node:url'
import type { JwtRevocationOptions } from '../../src/index.js'
import { bundled } from './bundled.js'
import { type Child, startChild } from './childProcess.js'
import type { App, AppOptions } from './createApp.js'
import { until } from './until.js'

export interface AppProcessOptions
  extends Pick<AppOptions, 'database' | 'poolSize' | 'postgres' | 'transactions' | 'userIds'> {
  /** The address of a MongoDB database. */
  mongo?: string | undefined
  plugin: JwtRevocationOptions
  /** The plugin's feed goes over this Redis. Default: there is no feed. */
  redisUrl?: string | undefined
  /** The address of the feed of another process, which this one follows. */
  follows?: string | undefined
  /** How far readers of the ledger look back, in milliseconds. */
  ledgerWindowMs?: number
  /** Prints {@link RECORDING} before the database gets a row of the ledger. */
  isTellingOfRows?: boolean
}

export const RECORDING = 'a row of the ledger is written'

export interface AppProcess extends Pick<App, 'request'> {
  readonly child: Child
  readonly origin: string
}

/** The environment variable with the child's options, as JSON. */
export const OPTIONS_VARIABLE = 'APP_PROCESS_OPTIONS'

const pathOf = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const ADDRESS = /http:\/\/127\.0\.0\.1:\d+/

/** Another process on the database of an app. Its wall clock may be wrong. */
export async function startAppProcess(
  options: AppProcessOptions,
  { clockOffsetMs = 0 }: { clockOffsetMs?: number } = {},
): Promise<AppProcess> {
  const child = startChild({
    args: [
      ...['--import', pathOf('../faults/children/clockOffset.mjs')],
      await bundled(pathOf('./children/appProcess.ts')),
    ],
    env: {
      ...process.env,
      FAULTS_CLOCK_OFFSET_MS: String(clockOffsetMs),
      [OPTIONS_VARIABLE]: JSON.stringify(options),
    },
  })
  const origin = await until(
    'the app listens',
    () => {
      if (child.hasEnded) throw new Error(child.lastOutput())
      return ADDRESS.exec(child.lastOutput())?.[0]
    },
    { withinMs: 120_000 },
  )
  return {
    child,
    origin,
    request: (path, { body, headers, method } = {}) => {
      const all = new Headers(headers)
      if (body !== undefined) all.set('Content-Type', 'application/json')
      return fetch(origin + path, {
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        headers: all,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
    },
  }
}
