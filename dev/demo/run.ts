import { type ChildProcess, spawn } from 'node:child_process'
import { DemoError } from './demoError.ts'

const keptLines = 25

export interface Running {
  exited: Promise<number>
  lastOutput: () => string
  stop: () => Promise<void>
}

interface Program {
  args: readonly string[]
  cwd: string
  env: NodeJS.ProcessEnv
}

/** Starts Node on a script in its own process group and keeps its last lines of output. */
export function start({ args, cwd, env }: Program): Running {
  const child = spawn(process.execPath, args, {
    cwd,
    detached: true,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
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
  return { exited, lastOutput: () => output.join('\n'), stop: () => stop(child, exited) }
}

/** Runs to the end. An error contains the last lines of the output. */
export async function run(what: string, running: Running): Promise<void> {
  const code = await running.exited
  if (code !== 0) throw new DemoError(`${what} ended with code ${code}.\n${running.lastOutput()}`)
}

async function stop(child: ChildProcess, exited: Promise<number>): Promise<void> {
  signalGroup(child, 'SIGTERM')
  const patience = setTimeout(() => signalGroup(child, 'SIGKILL'), 5_000)
  await exited
  clearTimeout(patience)
}

function signalGroup({ exitCode, pid, signalCode }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return
  try {
    process.kill(-pid, signal)
  } catch (error) {
    const isGone = error instanceof Error && 'code' in error && error.code === 'ESRCH'
    if (!isGone) throw error
  }
}
