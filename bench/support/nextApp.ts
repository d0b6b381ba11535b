import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { VARIANT_NAMES, type Variant } from '../app/variants.js'
import { freePort, startChild, temporaryFolder, untilReady } from './children.js'
import { openPayload } from './openPayload.js'

export interface Server {
  readonly url: string
  stop(): Promise<void>
}

export const SERVED =
  'Each variant is a real `next start` process (one build, production, REST route only) on SQLite'

const next = createRequire(import.meta.url).resolve('next/dist/bin/next')
const app = fileURLToPath(new URL('../app', import.meta.url))
const environmentOf = (variant: Variant, database: string): NodeJS.ProcessEnv => ({
  ...process.env,
  NODE_ENV: 'production',
  NEXT_TELEMETRY_DISABLED: '1',
  BENCH_VARIANT: variant,
  BENCH_DATABASE: database,
})

let building: Promise<void> | undefined

/** Builds the app, once for all questions: the variant is chosen when a server starts. */
function build(): Promise<void> {
  building ??= (async () => {
    const child = startChild(process.execPath, [next, 'build', app], environmentOf('plugin', ':'))
    if ((await child.exit(120_000)) !== 0) throw new Error(`next build failed:\n${child.output()}`)
  })()
  return building
}

/** Starts one variant of the app on a database of its own and waits until it answers. */
async function startNext(variant: Variant): Promise<Server> {
  const database = path.join(temporaryFolder(), 'app.db')
  const payload = await openPayload(variant, database)
  await payload.destroy()
  const port = await freePort()
  const place = [app, '--hostname', '127.0.0.1', '--port', String(port)]
  const environment = environmentOf(variant, database)
  const server = startChild(process.execPath, [next, 'start', ...place], environment)
  const url = `http://127.0.0.1:${port}`
  await untilReady(server, async () => (await fetch(`${url}/api/users/me`)).ok)
  return { url, stop: server.stop }
}

/** Runs `work` with a server of every variant, and ends them. */
export async function withServers<Result>(
  work: (servers: Record<Variant, Server>) => Promise<Result>,
): Promise<Result> {
  await build()
  const started: [Variant, Server][] = []
  try {
    for (const variant of VARIANT_NAMES) started.push([variant, await startNext(variant)])
    return await work(Object.fromEntries(started) as Record<Variant, Server>)
  } finally {
    await Promise.all(started.map(([, server]) => server.stop()))
  }
}
