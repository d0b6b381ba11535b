import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

const running = new Set<ChildProcess>()
const folders = new Set<string>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

export interface Child {
  readonly pid: number
  /** Ends the process and waits until it has gone. */
  stop(): Promise<void>
  /** What it wrote so far, both streams together. */
  output(): string
  readonly hasEnded: boolean
  /** Its exit code. Rejects when it takes longer than `ms`. */
  exit(ms: number): Promise<number | null>
  /** With a channel: sends a message, and resolves to the next message that it sends. */
  ask(message: object): Promise<unknown>
}

export interface ChildOptions {
  env?: NodeJS.ProcessEnv
  /** Whether messages can be exchanged (a Node.js process). */
  hasChannel?: boolean
}

/** Starts a child process. It ends with this process at the latest. */
export function startChild(command: string, args: string[], options: ChildOptions = {}): Child {
  const { env = process.env, hasChannel = false } = options
  const child = spawn(command, args, {
    env,
    stdio: ['ignore', 'pipe', 'pipe', hasChannel ? 'ipc' : 'ignore'],
  })
  const chunks: string[] = []
  running.add(child)
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk))
  }
  const ended = new Promise<number | null>((resolve) => {
    child.once('error', (error) => chunks.push(error.message))
    child.once('close', resolve)
  }).finally(() => running.delete(child))

  return {
    pid: child.pid ?? 0,
    async stop() {
      child.kill('SIGKILL')
      await ended
    },
    output: () => chunks.join(''),
    get hasEnded() {
      return !running.has(child)
    },
    async exit(ms) {
      const limit = pause(ms, 'too late' as const, { ref: false })
      const code = await Promise.race([ended, limit])
      if (code !== 'too late') return code
      await this.stop()
      throw new Error(`${command} took longer than ${ms} ms:\n${this.output()}`)
    },
    ask: (message) =>
      new Promise((resolve, reject) => {
        const fail = () => reject(new Error(`A child ended:\n${chunks.join('')}`))
        child.once('close', fail)
        child.once('message', (reply) => {
          child.off('close', fail)
          resolve(reply)
        })
        child.send(message)
      }),
  }
}

/**
 * Waits until `isReady` returns true. Rejects with the child's output when the child ends, or after
 * 20 s.
 */
export async function untilReady(child: Child, isReady: () => Promise<boolean>): Promise<void> {
  for (const start = Date.now(); Date.now() - start < 20_000; await pause(25)) {
    if (child.hasEnded) break
    if (await isReady().catch(() => false)) return
  }
  await child.stop()
  throw new Error(`A server did not start:\n${child.output()}`)
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'jwt-revocation-bench-'))
  folders.add(folder)
  return folder
}
