import { Redis } from 'ioredis'
import { freePort } from '../../test/support/freePort.js'
import { startChild, temporaryFolder, untilReady } from './children.js'

export interface RedisServer {
  readonly client: Redis
  readonly pid: number
  readonly port: number
  readonly url: string
  stop(): Promise<void>
}

/** A Redis only for the benchmark, on the loopback interface. It writes nothing to disk. */
export async function startRedis(): Promise<RedisServer> {
  const port = await freePort()
  const place = ['--port', String(port), '--bind', '127.0.0.1', '--dir', temporaryFolder()]
  const server = startChild('redis-server', [...place, '--save', '', '--appendonly', 'no'])
  const client = new Redis({
    port,
    host: '127.0.0.1',
    retryStrategy: () => 20,
    commandTimeout: 5_000,
  })
  client.on('error', () => {})
  await untilReady(server, async () => (await client.ping()) === 'PONG')
  return {
    client,
    pid: server.pid,
    port,
    url: `redis://127.0.0.1:${port}`,
    async stop() {
      client.disconnect()
      await server.stop()
    },
  }
}
