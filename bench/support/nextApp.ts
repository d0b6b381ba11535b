import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../test/support/freePort.js'
import type { Variant } from '../app/variants.js'
import { startChild, temporaryFolder, untilReady } from './children.js'
import { openPayload } from './openPayload.js'
import { processCpu } from './serverCpu.js'
import { startRedis } from './startRedis.js'

export interface Server {
  readonly url: string
  /** The processor time that it has used so far, in milliseconds. */
  cpuMs(): number
  stop(): Promise<void>
}

export const SERVED =
  'Each variant is a real `next start` process (one build, production, REST route only) on SQLite'

const next = createRequire(import.meta.url).resolve('next/dist/bin/next')
const app = fileURLToPath(new URL('../app', import.meta.url))
const environmentOf = (variant: Variant, database: string, redisUrl = ''): NodeJS.ProcessEnv => ({
  ...process.env,
  NODE_ENV: 'production',
  NEXT_TELEMETRY_DISABLED: '1',
  BENCH_VARIANT: variant,
  BENCH_DATABASE: database,
  BENCH_REDIS_URL: redisUrl,
})

/** Set when the parent process has already built the app. */
const IS_BUILT = 'BENCH_APP_IS_BUILT'

/** Builds the app once for all questions. The variant is chosen when a server starts. */
export async function buildApp(): Promise<void> {
  if (process.env[IS_BUILT]) return
  const child = startChild(process.execPath, [next, 'build', app], {
    env: environmentOf('plugin', ':'),
  })
  if ((await child.exit(300_000)) !== 0) throw new Error(`next build failed:\n${child.output()}`)
  process.env[IS_BUILT] = 'yes'
}

/** Starts one variant of the app on its own database and waits until it answers. */
async function startNext(variant: Variant, redisUrl: string): Promise<Server> {
  const database = path.join(temporaryFolder(), 'app.db')
  const payload = await openPayload(variant, database)
  await payload.destroy()
  const port = await freePort()
  const place = [app, '--hostname', '127.0.0.1', '--port', String(port)]
  const server = startChild(process.execPath, [next, 'start', ...place], {
    env: environmentOf(variant, database, redisUrl),
  })
  const url = `http://127.0.0.1:${port}`
  await untilReady(server, async () => (await fetch(`${url}/api/users/me`)).ok)
  return { url, cpuMs: processCpu(server.pid), stop: server.stop }
}

/** Runs `work` with one server per variant and one Redis, and ends them afterwards. */
export async function withServers<Name extends Variant, Result>(
  variants: readonly Name[],
  work: (servers: Record<Name, Server>) => Promise<Result>,
): Promise<Result> {
  await buildApp()
  const redis = await startRedis()
  const started: [Name, Server][] = []
  try {
    for (const variant of variants) started.push([variant, await startNext(variant, redis.url)])
    return await work(Object.fromEntries(started) as Record<Name, Server>)
  } finally {
    await Promise.all(started.map(([, server]) => server.stop()))
    await redis.stop()
  }
}
