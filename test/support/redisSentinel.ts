import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { RedisOptions } from 'ioredis'
import { freePort } from './freePort.js'
import { endServer, launchServer, type RedisServer, startRedis } from './redisServer.js'
import { until } from './until.js'

export interface RedisSentinelServers {
  readonly master: RedisServer
  readonly replica: RedisServer
  /** ioredis' options for the current master. */
  readonly options: RedisOptions
  /** Waits until the replica has everything that the master has. */
  isInSync(): Promise<void>
  /** Waits until the replica has become the master. */
  hasFailedOver(): Promise<void>
  stop(): Promise<void>
}

const NAME = 'main'

/**
 * A master, a replica and a Sentinel on the loopback interface. The Sentinel decides alone and
 * quickly.
 */
export async function startRedisSentinel(): Promise<RedisSentinelServers> {
  const folder = mkdtempSync(path.join(tmpdir(), 'jwt-revocation-sentinel-'))
  const stops: (() => Promise<void>)[] = [async () => rmSync(folder, { recursive: true })]
  const stop = async () => {
    for (const each of stops.splice(0).reverse()) await each()
  }
  const start = async (args: string[] = []) => {
    const server = await startRedis([...args, '--repl-diskless-sync-delay', '0'])
    stops.push(() => server.stop())
    return server
  }
  try {
    const master = await start()
    const replica = await start(['--replicaof', '127.0.0.1', String(master.port)])
    const isInSync = async () => {
      const offset = async () =>
        field(await master.client.info('replication'), 'master_repl_offset')
      await until('the replica to be in sync', async () => {
        const info = await replica.client.info('replication')
        const isUp = field(info, 'master_link_status') === 'up'
        return isUp && field(info, 'slave_repl_offset') === (await offset())
      })
    }
    await isInSync()

    const port = await freePort()
    const file = path.join(folder, 'sentinel.conf')
    const settings = [
      ...[`port ${port}`, 'bind 127.0.0.1', `dir ${folder}`],
      `sentinel monitor ${NAME} 127.0.0.1 ${master.port} 1`,
      `sentinel down-after-milliseconds ${NAME} 500`,
      `sentinel failover-timeout ${NAME} 3000`,
    ]
    writeFileSync(file, `${settings.join('\n')}\n`)
    const address = { host: '127.0.0.1', port }
    const sentinel = await launchServer({ address, args: [file, '--sentinel'] })
    stops.push(() => endServer(sentinel))
    return {
      master,
      replica,
      options: { name: NAME, sentinels: [address] },
      isInSync,
      async hasFailedOver() {
        await until('the replica to be master', async () =>
          (await replica.client.info('replication')).includes('role:master'),
        )
      },
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

const field = (info: string, name: string) => new RegExp(`^${name}:(\\S+)`, 'm').exec(info)?.[1]
