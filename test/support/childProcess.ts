import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Running } from '../../dev/demo/run.ts'

export interface Child extends Running {
  readonly pid: number
  readonly hasEnded: boolean
  /** Sends a signal. If it is deadly, waits for the end of the process. */
  kill(signal: NodeJS.Signals): Promise<void>
}

interface Program {
  /** The program for Node, with its arguments. */
  args: readonly string[]
  /** The path of another Node.js, or of Bun. Default: the one that runs the tests. */
  runtime?: string
  env?: NodeJS.ProcessEnv
  /** Default: the repository. */
  cwd?: string
}

export const repository = fileURLToPath(new URL('../..', import.meta.url))

const preload = fileURLToPath(new URL('./exitWithParent.mjs', import.meta.url))
const keptLines = 40

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** Runs Node. The child never outlives this process, however this one ends. */
export function startChild({
  args,
  runtime = process.execPath,
  env = process.env,
  cwd = repository,
}: Program): Child {
  const child = spawn(runtime, ['--import', preload, ...args], {
    cwd,
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  running.add(child)
  let output: string[] = []
  const keep = (chunk: Buffer) => {
    output = [...output, ...chunk.toString('utf8').split('\n')].filter(Boolean).slice(-keptLines)
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  const exited = new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => resolve(code ?? 1))
  })
  const forget = () => running.delete(child)
  child.once('error', forget).once('exit', forget)

  const kill = async (signal: NodeJS.Signals) => {
    child.kill(signal)
    if (signal === 'SIGKILL' || signal === 'SIGTERM') await exited
  }

  return {
    pid: child.pid ?? 0,
    exited,
    get hasEnded() {
      return !running.has(child)
    },
    kill,
    lastOutput: () => output.join('\n'),
    async stop() {
      const patience = setTimeout(() => child.kill('SIGKILL'), 5_000)
      await kill('SIGTERM')
      clearTimeout(patience)
    },
  }
}
