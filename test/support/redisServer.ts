import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Redis, type RedisOptions } from 'ioredis'
import { freePort } from './freePort.js'

export interface RedisServer {
  readonly url: string
  readonly port: number
  readonly pid: number
  /** For assertions. It reconnects by itself after a restart of the server. */
  readonly client: Redis
  /** Ends the server, frozen or not, and the client. */
  stop(): Promise<void>
  /** Sends a signal. If it is deadly, waits for the end of the server. */
  kill(signal: NodeJS.Signals): Promise<void>
  /** Starts an empty server on the same port, to replace the killed one. */
  restart(): Promise<void>
}

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** What {@link startRedis} adds to the server's arguments. */
export interface RedisServerOptions {
  /** Use TLS only. The server's certificate is self-signed. */
  tls?: { cert: string; key: string; ca: string }
}

/**
 * A real Redis for one test, on a free port of the loopback interface. It writes nothing to disk.
 */
export async function startRedis(
  args: string[] = [],
  { tls }: RedisServerOptions = {},
): Promise<RedisServer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'jwt-revocation-redis-'))
  const port = await freePort()
  const address: RedisOptions = {
    port,
    host: '127.0.0.1',
    ...(tls && { tls: { ca: tls.ca } }),
  }
  const launch = () =>
    launchServer({
      address,
      args: [...(tls ? tlsSettings(folder, { ...tls, port }) : ['--port', String(port)])].concat(
        ['--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'],
        args,
      ),
    })
  let server = await launch()
  const client = new Redis({ ...address, retryStrategy: () => 20, maxRetriesPerRequest: null })
  client.on('error', () => {})

  return {
    url: `redis${tls ? 's' : ''}://127.0.0.1:${port}`,
    port,
    get pid() {
      return server.pid as number
    },
    client,
    async stop() {
      client.disconnect()
      await endServer(server)
      rmSync(folder, { recursive: true, force: true })
    },
    async kill(signal) {
      if (DEADLY.has(signal)) await endServer(server, signal)
      else server.kill(signal)
    },
    async restart() {
      await endServer(server)
      server = await launch()
    },
  }
}

const DEADLY = new Set<NodeJS.Signals>(['SIGKILL', 'SIGTERM', 'SIGINT'])

function tlsSettings(
  folder: string,
  { cert, key, port }: { cert: string; key: string; port: number },
) {
  const [certFile, keyFile] = [path.join(folder, 'cert.pem'), path.join(folder, 'key.pem')]
  writeFileSync(certFile, cert)
  writeFileSync(keyFile, key)
  const files = ['--tls-cert-file', certFile, '--tls-key-file', keyFile]
  return ['--port', '0', '--tls-port', String(port), ...files, '--tls-auth-clients', 'no']
}

/** `npm run test:matrix` also runs the tests with `valkey-server`. */
const PROGRAM = process.env.TEST_REDIS_SERVER ?? 'redis-server'

/**
 * Starts a Redis server and waits until it answers at this address. It ends with this process.
 */
export async function launchServer({
  address,
  args,
}: {
  address: RedisOptions
  args: readonly string[]
}): Promise<ChildProcess> {
  const child = spawn(PROGRAM, args, { stdio: 'ignore' })
  running.add(child)
  child.once('exit', () => running.delete(child))
  let failure: Error | undefined
  child.once('error', (cause) => {
    running.delete(child)
    failure = new Error(`${PROGRAM} is not installed: these tests need it`, { cause })
  })
  child.once('exit', (code) => {
    failure ??= new Error(`${PROGRAM} ended with code ${code}: is port ${address.port} taken?`)
  })
  for (let attempt = 0; attempt < 500; attempt += 1) {
    if (failure) throw failure
    if (await answersPing(address)) return child
    await pause(10)
  }
  await endServer(child)
  throw new Error(`${PROGRAM} does not answer on port ${address.port}`)
}

/** Ends a server, frozen or not, and waits for its end. */
export async function endServer(child: ChildProcess, signal: NodeJS.Signals = 'SIGKILL') {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = new Promise((resolve) => child.once('exit', resolve))
  child.kill(signal)
  await exited
}

async function answersPing(address: RedisOptions): Promise<boolean> {
  const client = new Redis({
    ...address,
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
