import { existsSync } from 'node:fs'
import path from 'node:path'
import { startChild } from '../support/childProcess.js'
import { freePort } from '../support/freePort.js'
import { until } from '../support/until.js'
import { usersEnvironment } from './asUser.js'

export type RunningApp = Awaited<ReturnType<typeof startApp>>

/**
 * Starts a built app on a free port, by `next start` or by the server of `output: 'standalone'`, on
 * the Node.js of the tests or on another runtime.
 */
export async function startApp(
  folder: string,
  env: Record<string, string> = {},
  runtime = process.execPath,
) {
  const standalone = path.join(folder, '.next/standalone')
  // The server of `standalone` runs in its own folder.
  const database = { DATABASE_URL: `file:${path.join(folder, 'app.db')}` }
  const port = String(await freePort())
  const child = startChild({
    runtime,
    ...(existsSync(standalone)
      ? { args: ['server.js'], cwd: standalone }
      : { args: ['node_modules/next/dist/bin/next', 'start'], cwd: folder }),
    env: { ...usersEnvironment, HOSTNAME: '127.0.0.1', PORT: port, ...database, ...env },
  })
  const origin = `http://127.0.0.1:${port}`
  await until('the app answers', async () => {
    if (child.hasEnded) throw new Error(`The app ended:\n${child.lastOutput()}`)
    // No page: which part of the bundle starts Payload shows in its answers.
    return fetch(`${origin}/_next/static/nothing`).then(
      () => true,
      () => false,
    )
  })
  return { origin, lastOutput: child.lastOutput, stop: () => child.kill('SIGKILL') }
}
