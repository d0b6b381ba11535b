import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { repository, startChild } from '../support/childProcess.js'
import { until } from '../support/until.js'
import { mergeIntoConfig, type Step } from './readmeLines.js'

const NAME = 'payload-jwt-revocation'
const BLANK_APP = path.join(repository, 'test/install/blankApp')

/** An app as `create-payload-app` leaves it, in a folder of its own, with nothing installed. */
export function createFreshApp() {
  const folder = mkdtempSync(path.join(tmpdir(), 'jwt-revocation-fresh-'))
  cpSync(BLANK_APP, folder, { recursive: true })
  writeFileSync(
    path.join(folder, '.env'),
    'DATABASE_URL=file:./blank.db\nPAYLOAD_SECRET=a-secret-of-the-install-test\n',
  )
  let tarball: string | undefined

  /** Runs lines as a user would, and gives what they print. */
  const shell = async (lines: string): Promise<string> => {
    const command = tarball ? lines.replaceAll(`npm install ${NAME}`, install(tarball)) : lines
    const { stdout } = await run('bash', ['-euc', command], { cwd: folder, env })
    return stdout
  }

  return {
    shell,
    /** Packs what was built as it would be published; the README's install line gets this file. */
    async pack() {
      const to = ['--pack-destination', folder]
      await run('npm', ['pack', '--silent', '--ignore-scripts', ...to], { cwd: repository, env })
      tarball = `./${NAME}-${version()}.tgz`
    },
    async follow(step: Step) {
      if (step.kind === 'shell') return void (await shell(step.lines))
      const file = path.join(folder, step.file)
      const merged = existsSync(file)
        ? mergeIntoConfig(readFileSync(file, 'utf8'), step.code)
        : step.code
      writeFileSync(file, merged)
    },
    /** Starts the built app on a free port. */
    async start() {
      const child = startChild({
        args: ['node_modules/next/dist/bin/next', 'start', '-p', '0', '-H', '127.0.0.1'],
        cwd: folder,
        env,
      })
      const origin = await until('the fresh app listens', () => {
        if (child.hasEnded) throw new Error(`The app ended:\n${child.lastOutput()}`)
        return /http:\/\/127\.0\.0\.1:\d+/.exec(child.lastOutput())?.[0]
      })
      return { origin, stop: () => child.kill('SIGKILL') }
    },
    write(file: string, text: string) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true })
      writeFileSync(path.join(folder, file), text)
    },
    read: (file: string) => readFileSync(path.join(folder, file), 'utf8'),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

const run = promisify(execFile)

/** What npm has at hand it does not ask the registry for again. */
const install = (tarball: string) => `npm install --prefer-offline --no-audit --no-fund ${tarball}`

function version(): string {
  const text = readFileSync(path.join(repository, 'package.json'), 'utf8')
  return String((JSON.parse(text) as { version: string }).version)
}

/** A user's shell knows nothing of the tests, nor of the npm that runs them. */
const OF_THE_TESTS =
  /^(?:NODE_ENV|NODE_OPTIONS|VITEST.*|PAYLOAD_.*|DATABASE_.*|REDIS_URL|npm_(?:lifecycle|package)_.*|npm_config_(?:local_)?prefix)$/

const env: NodeJS.ProcessEnv = { ...process.env, NEXT_TELEMETRY_DISABLED: '1' }
for (const name of Object.keys(env)) {
  if (OF_THE_TESTS.test(name)) Reflect.deleteProperty(env, name)
}
