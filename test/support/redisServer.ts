import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Redis } from 'ioredis'

export interface RedisServer {
  readonly url: string
  readonly port: number
  readonly pid: number
  /** For assertions; it finds the server again by itself after a restart. */
  readonly client: Redis
  /** Ends the server, frozen or not, and the client. */
  stop(): Promise<void>
  /** Sends a signal; a deadly one is waited for. */
  kill(signal: NodeJS.Signals): Promise<void>
  /** Starts an empty server on the same port, in place of the one that was killed. */
  restart(): Promise<void>
}

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** A real Redis of the test's own, on a free port of the loopback, that keeps nothing on disk. */
export async function startRedis(args: string[] = []): Promise<RedisServer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'jwt-revocation-redis-'))
  const port = await freePort()
  let server = await launch(port, folder, args)
  const client = new Redis({
    port,
    host: '127.0.0.1',
    retryStrategy: () => 20,
    maxRetriesPerRequest: null,
  })
  client.on('error', () => {})

  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    get pid() {
      return server.pid as number
    },
    client,
    async stop() {
      client.disconnect()
      await end(server)
      rmSync(folder, { recursive: true, force: true })
    },
    async kill(signal) {
      if (DEADLY.has(signal)) await end(server, signal)
      else server.kill(signal)
    },
    async restart() {
      await end(server)
      server = await launch(port, folder, args)
    },
  }
}

const DEADLY = new Set<NodeJS.Signals>(['SIGKILL', 'SIGTERM', 'SIGINT'])

async function launch(port: number, folder: string, args: string[]): Promise<ChildProcess> {
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder]
  const noDisk = ['--save', '', '--appendonly', 'no']
  const child = spawn('redis-server', [...settings, ...noDisk, ...args], { stdio: 'ignore' })
  running.add(child)
  child.once('exit', () => running.delete(child))
  let failure: Error | undefined
  child.once('error', (cause) => {
    running.delete(child)
    failure = new Error('redis-server is not installed: these tests need a real Redis', { cause })
  })
  child.once('exit', (code) => {
    failure ??= new Error(`redis-server ended with code ${code}: is port ${port} taken?`)
  })
  for (let attempt = 0; attempt < 500; attempt += 1) {
    if (failure) throw failure
    if (await answersPing(port)) return child
    await pause(10)
  }
  await end(child)
  throw new Error(`redis-server does not answer on port ${port}`)
}

async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGKILL') {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = new Promise((resolve) => child.once('exit', resolve))
  child.kill(signal)
  await exited
}

async function answersPing(port: number): Promise<boolean> {
  const client = new Redis({
    port,
    host: '127.0.0.1',
    lazyConnect: true,
    retryStrategy: () => null,
    connectTimeout: 500,
    commandTimeout: 500,
  })
  client.on('error', () => {})
  try {
    return (await client.ping()) === 'PONG'
  } catch {
    return false
  } finally {
    client.disconnect()
  }
}

/** Below the range of outgoing connections, which could take it between a kill and a restart. */
function freePort(): Promise<number> {
  const port = 20_000 + Math.floor(Math.random() * 12_000)
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(freePort()))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(port)))
  })
}
