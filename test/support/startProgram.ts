import { type ChildProcess, spawn } from 'node:child_process'
import { until } from './until.js'

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

interface Program {
  program: string
  args: readonly string[]
  cwd: string
  env?: NodeJS.ProcessEnv
  /** The port of the loopback interface that it will serve. */
  port: number
}

/** Runs a program that serves HTTP, and waits until it answers. It ends with this process. */
export async function startProgram({ program, args, cwd, env = process.env, port }: Program) {
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output = (output + chunk).slice(-4_000)
    })
  }
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', (error) => {
      output += error.message
      resolve()
    })
  })
  let hasEnded = false
  void ended.then(() => {
    hasEnded = true
    running.delete(child)
  })
  const origin = `http://127.0.0.1:${port}`
  await until(`${program} answers`, () => {
    if (hasEnded) throw new Error(`${program} ended:\n${output}`)
    return fetch(origin).then(
      () => true,
      () => false,
    )
  })
  return {
    origin,
    port,
    async stop() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
