import { ledgerFeed } from '../../src/core/ledgerFeed.js'
import type { Revocation } from '../../src/core/revocation.js'
import { httpFeed } from '../../src/http/index.js'
import { redisFeed } from '../../src/redis/index.js'
import { memoryLedger } from '../support/memoryLedger.js'
import { startRedis } from '../support/redisServer.js'
import { recordingFollower } from '../support/samples.js'
import { createServedApp, READER } from '../support/servedApp.js'
import { describeFeed } from './feedContract.js'

describeFeed('that reads the ledger', async () => {
  const ledger = memoryLedger()
  return {
    open: () => ledgerFeed({ ledger, intervalMs: 20 }),
    send: (revocations) => ledger.append(revocations),
    async recordMeanwhile(revocations) {
      const { trouble } = ledger
      ledger.trouble = undefined
      await ledger.append(revocations)
      ledger.trouble = trouble
    },
    vouch: async () => {},
    restore: () => ledger.read({ since: 0 }),
    async interrupt() {
      ledger.trouble = new Error('out of reach')
    },
    async resume() {
      ledger.trouble = undefined
    },
    close: async () => {},
  }
})

describeFeed('over Redis', async () => {
  const redis = await startRedis()
  const ledger = memoryLedger()
  const own = redisFeed({ url: redis.url })
  own.follow(recordingFollower({ restore: () => ledger.read({ since: 0 }) }))
  return {
    open: () => redisFeed({ url: redis.url }),
    async send(revocations) {
      await ledger.append(revocations)
      await own.publish(revocations)
    },
    recordMeanwhile: (revocations) => ledger.append(revocations),
    async vouch() {
      await own.prepareToVouch()
      await own.vouch(performance.now())
    },
    restore: () => ledger.read({ since: 0 }),
    interrupt: () => redis.kill('SIGKILL'),
    resume: () => redis.restart(),
    async close() {
      await own.close()
      await redis.stop()
    },
  }
})

describeFeed('over HTTP', async () => {
  const app = await createServedApp()
  const { denylist, ledger } = app.runtime
  const record = async (revocations: readonly Revocation[]) => {
    await ledger.append(revocations)
    denylist.learn(revocations)
  }
  return {
    open: () => httpFeed({ url: app.url, ...READER, wait: 0.5 }),
    send: record,
    recordMeanwhile: record,
    vouch: async () => {},
    restore: () => ledger.read({ since: 0 }),
    interrupt: app.stop,
    resume: app.start,
    close: app.close,
  }
})
