import { freePort } from './freePort.js'
import { type RedisServer, startRedis } from './redisServer.js'
import { until } from './until.js'

export interface RedisClusterServers {
  readonly nodes: readonly RedisServer[]
  /** The address where a client begins. */
  readonly startupNodes: { host: string; port: number }[]
  stop(): Promise<void>
}

const SLOTS = 16_384

/** A real Redis Cluster of three masters on the loopback interface. It writes nothing to disk. */
export async function startRedisCluster(size = 3): Promise<RedisClusterServers> {
  const nodes: RedisServer[] = []
  const busPorts: number[] = []
  const stop = async () => {
    await Promise.all(nodes.map((node) => node.stop()))
  }
  try {
    for (let i = 0; i < size; i += 1) {
      const busPort = await freePort()
      busPorts.push(busPort)
      const cluster = ['--cluster-enabled', 'yes', '--cluster-port', String(busPort)]
      nodes.push(await startRedis([...cluster, '--cluster-node-timeout', '2000']))
    }
    const [first] = nodes
    for (const [i, node] of nodes.entries()) {
      const range = [Math.floor((i * SLOTS) / size), Math.floor(((i + 1) * SLOTS) / size) - 1]
      await node.client.call('cluster', 'set-config-epoch', i + 1)
      await node.client.call('cluster', 'addslotsrange', ...range)
      await first?.client.call('cluster', 'meet', '127.0.0.1', node.port, busPorts[i] ?? 0)
    }
    await until('the Cluster to be whole', async () => {
      const infos = await Promise.all(nodes.map((node) => node.client.call('cluster', 'info')))
      return infos.every(
        (info) =>
          String(info).includes('cluster_state:ok') &&
          String(info).includes(`cluster_known_nodes:${size}`),
      )
    })
  } catch (error) {
    await stop()
    throw error
  }
  return { nodes, startupNodes: nodes.map(({ port }) => ({ host: '127.0.0.1', port })), stop }
}
