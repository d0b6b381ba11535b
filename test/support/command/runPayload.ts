import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { repository } from '../childProcess.js'

const bin = fileURLToPath(new URL('../../../node_modules/payload/bin.js', import.meta.url))
const ownBin = fileURLToPath(new URL('../../../src/plugin/command/bin.ts', import.meta.url))
const stayUp = fileURLToPath(new URL('./stayUp.mjs', import.meta.url))
const config = fileURLToPath(new URL('./payload.config.ts', import.meta.url))

export interface Run {
  status: number
  stdout: string
  stderr: string
}

interface Where {
  database: string
  redisUrl?: string
  input?: string
  /** Default: the config of the command's tests. */
  configPath?: string
}

/** Runs `payload revocation …` as a shell would, on the database of a test. */
export const runPayload = (args: readonly string[], where: Where): Promise<Run> =>
  run(['--import', stayUp, bin, 'revocation', ...args], where)

/** Runs `payload-jwt-revocation …`, the package's own program. */
export const runOwn = (args: readonly string[], where: Where): Promise<Run> =>
  run(['--import', 'tsx', ownBin, ...args], where)

function run(
  args: readonly string[],
  { configPath = config, database, input, redisUrl }: Where,
): Promise<Run> {
  const child = spawn(process.execPath, args, {
    cwd: repository,
    env: {
      ...process.env,
      PAYLOAD_CONFIG_PATH: configPath,
      COMMAND_DATABASE: database,
      ...(redisUrl && { COMMAND_REDIS_URL: redisUrl }),
    },
  })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => {
    output.stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    output.stderr += chunk
  })
  child.stdin.end(input ?? '')
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ status: code ?? -1, ...output }))
  })
}
