/**
 * Builds and starts this app, then proves with real requests that a logged-out token is refused.
 * `tsx dev/demo.ts` keeps running so that one can look around. With `--check` it ends, and the exit
 * code has the result.
 */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildIfChanged } from './demo/build.ts'
import { DemoError } from './demo/demoError.ts'
import { bold, box, green, line, red, timed } from './demo/print.ts'
import { prove } from './demo/proof.ts'
import { type Running, run, start } from './demo/run.ts'
import { host, readPort, requireFreePort, untilReady } from './demo/server.ts'
import { demoAccounts } from './lib/demoAccounts.ts'
import { describeStore } from './lib/store.ts'

const repository = fileURLToPath(new URL('..', import.meta.url))
const isCheck = process.argv.includes('--check')
const next = createRequire(import.meta.url).resolve('next/dist/bin/next')

let child: Running | undefined
let temporary: string | undefined
let cleaning: Promise<void> | undefined

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    void cleanUp().finally(() => process.exit(signal === 'SIGINT' && !isCheck ? 0 : 1))
  })
}

try {
  process.exitCode = (await demo()) === 0 ? 0 : 1
} catch (error) {
  process.exitCode = 1
  if (!(error instanceof DemoError)) throw error
  console.error(`${red('The demo stopped.')} ${error.message}`)
} finally {
  await cleanUp()
}

async function demo(): Promise<number> {
  const port = readPort()
  const origin = `http://${host}:${port}`
  await requireFreePort(port)

  line(bold('payload-jwt-revocation: log out, and the token is dead'))
  line(`Store: ${describeStore()}`)
  line()

  const env = await environment()
  await timed('Making a database with two users', () =>
    run(
      'The seed',
      launch(['--import', 'tsx', 'dev/seed.ts'], { ...env, NODE_ENV: 'development' }),
    ),
  )
  await buildIfChanged(repository, () =>
    timed('Building the app (about half a minute)', () =>
      run('The build', launch([next, 'build', 'dev'], env)),
    ),
  )
  const server = launch([next, 'start', 'dev', '-p', String(port), '-H', host], env)
  await timed(`Starting it on ${origin}`, () => untilReady(origin, server))

  const failures = await prove(origin)
  line()
  line(
    failures === 0
      ? green('Proved: the token worked, was revoked, and is refused.')
      : red(`Not proved: ${failures} of the expectations above were not met.`),
  )
  if (!isCheck) await stayUp(origin, server)
  return failures
}

async function environment(): Promise<NodeJS.ProcessEnv> {
  temporary = process.env.DATABASE_URI
    ? undefined
    : await mkdtemp(path.join(tmpdir(), 'payload-jwt-revocation-'))
  return {
    ...process.env,
    DATABASE_URI: temporary ? `file:${path.join(temporary, 'demo.db')}` : process.env.DATABASE_URI,
    NEXT_TELEMETRY_DISABLED: '1',
    NODE_ENV: 'production',
    PAYLOAD_LOG_LEVEL: process.env.PAYLOAD_LOG_LEVEL ?? 'warn',
    PAYLOAD_SECRET: process.env.PAYLOAD_SECRET ?? randomBytes(32).toString('hex'),
  }
}

function launch(args: readonly string[], env: NodeJS.ProcessEnv): Running {
  child = start({ args, cwd: repository, env })
  return child
}

async function stayUp(origin: string, server: Running): Promise<void> {
  const { administrator, member } = demoAccounts
  line()
  box([
    `Look around      ${origin}`,
    `The replay lab   ${origin}/lab`,
    `Your account     ${origin}/account`,
    `                 ${member.email} / ${member.password}`,
    `The denylist     ${origin}/admin/collections/revocations`,
    `                 ${administrator.email} / ${administrator.password}`,
    '',
    temporary ? 'Ctrl-C stops it and deletes the database.' : 'Ctrl-C stops it.',
  ])
  const code = await server.exited
  if (!cleaning) throw new DemoError(`The server ended with code ${code}.\n${server.lastOutput()}`)
}

/** Ends the running program, and removes the database if it was created for this run. */
function cleanUp(): Promise<void> {
  cleaning ??= (async () => {
    await child?.stop()
    if (temporary) await rm(temporary, { force: true, recursive: true })
  })()
  return cleaning
}
