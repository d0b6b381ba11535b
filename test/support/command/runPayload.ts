import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { repository } from '../childProcess.js'

const bin = fileURLToPath(new URL('../../../node_modules/payload/bin.js', import.meta.url))
const stayUp = fileURLToPath(new URL('./stayUp.mjs', import.meta.url))
const config = fileURLToPath(new URL('./payload.config.ts', import.meta.url))

export interface Run {
  status: number
  stdout: string
  stderr: string
}

/** Runs `payload revocation …` as a shell would, on the database of a test. */
export function runPayload(
  args: readonly string[],
  { database, redisUrl, input }: { database: string; redisUrl?: string; input?: string },
): Promise<Run> {
  const child = spawn(process.execPath, ['--import', stayUp, bin, 'revocation', ...args], {
    cwd: repository,
    env: {
      ...process.env,
      PAYLOAD_CONFIG_PATH: config,
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
