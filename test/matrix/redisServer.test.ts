import client from 'ioredis/package.json' with { type: 'json' }
import { expect, inject, it } from 'vitest'
import { startRedis } from '../support/redisServer.js'

const cell = inject('cell')

it('the tests of Redis run on the server and with the client of the cell', async ({ task }) => {
  const redis = await startRedis()
  const info = await redis.client.info('server')
  await redis.stop()
  const isValkey = info.includes('server_name:valkey')
  const [, version] = (isValkey ? /valkey_version:(\S+)/ : /redis_version:(\S+)/).exec(info) ?? []
  task.meta.versions = { [isValkey ? 'Valkey' : 'Redis']: String(version), ioredis: client.version }
  expect(isValkey).toBe(cell.platform === 'Valkey')
  expect(client.version).toBe(cell.packages.ioredis)
})
