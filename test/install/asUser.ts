import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** What npm has at hand it does not ask the registry for again. */
export const npmInstall = 'npm install --prefer-offline --no-audit --no-fund'

/** A user's shell knows nothing of the tests, nor of the npm that runs them. */
const OF_THE_TESTS =
  /^(?:NODE_ENV|NODE_OPTIONS|VITEST.*|PAYLOAD_.*|DATABASE_.*|REDIS_URL|npm_(?:lifecycle|package)_.*|npm_config_(?:local_)?prefix)$/

export const usersEnvironment: NodeJS.ProcessEnv = { ...process.env, NEXT_TELEMETRY_DISABLED: '1' }
for (const name of Object.keys(usersEnvironment)) {
  if (OF_THE_TESTS.test(name)) Reflect.deleteProperty(usersEnvironment, name)
}

const execute = promisify(execFile)

/** Runs a program to its end, and gives what it printed. So does the error if it fails. */
export async function run(program: string, args: string[], { cwd }: { cwd: string }) {
  const options = { cwd, env: usersEnvironment, maxBuffer: 64 * 1024 * 1024 }
  try {
    return await execute(program, args, options)
  } catch (err) {
    const { message, stdout = '' } = err as Error & { stdout?: string }
    throw new Error(`${message}\n${stdout}`, { cause: err })
  }
}
