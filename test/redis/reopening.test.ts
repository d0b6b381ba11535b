import { getPayload } from 'payload'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readToken } from '../../src/core/token.js'
import { revocations } from '../../src/index.js'
import { runtimeOf } from '../../src/plugin/runtime/runtimeOf.js'
import { redisFeed } from '../../src/redis/index.js'
import { MEMBER } from '../support/baseConfig.js'
import { createApp } from '../support/createApp.js'
import { type RedisServer, startRedis } from '../support/redisServer.js'
import { until } from '../support/until.js'

describe('a Payload instance after another one with the same config was destroyed', () => {
  let redis: RedisServer
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis.stop())

  for (const strict of [false, true])
    it(`has a feed that carries its revocations and can be asked (strict: ${strict})`, async () => {
      const feed = redisFeed({ url: redis.url })
      const app = await createApp({ plugin: { feed, strict } })
      await revocations(app.payload).revoke({ user: { collection: 'users', id: 1 } })
      await app.payload.destroy()
      await expect(feed.find(['everyone'])).rejects.toMatchObject({ code: 'feed-closed' })

      const payload = await getPayload({ config: app.config, key: `${app.key}-again` })
      const { token = '' } = await payload.login({ collection: 'users', data: MEMBER })
      await revocations(payload).revoke({ token: token })
      const jti = readToken(token)?.id
      const found = () => feed.find([`jti:${jti}`]).catch(() => [])
      await until('the feed answers', async () => (await found()).length > 0)
      expect(await found()).toMatchObject([{ subject: `jti:${jti}` }])
      await until('Redis has it all', () => runtimeOf(payload).denylist.state.backlog === 0)
      await payload.destroy()
    })
})
