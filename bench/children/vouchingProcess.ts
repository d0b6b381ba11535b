/**
 * A new process without any revocation: how long does it take until it can tell that a token is
 * valid?
 */
import { builtPackage } from '../support/builtPackage.js'
import { goodTokens } from '../support/goodTokens.js'
import { openLedgerPayload } from '../support/ledgerPayload.js'
import { watchForBlocks } from '../support/longestBlock.js'
import { answerMessages } from '../support/worker.js'

export interface VouchingCommand {
  /** The address of a PostgreSQL database, or an SQLite file. */
  database: string
  redisUrl?: string | undefined
  /** The folder of another build of the package. Default: this one. */
  build?: string | undefined
}

export interface Vouched {
  /** From the first question to the first `valid`. */
  ms: number
  /** Revocations known at that moment. */
  known: number
  /** The longest time in which the process answered nothing. */
  longestBlockMs: number
}

answerMessages<VouchingCommand>(async ({ database, redisUrl, build }): Promise<Vouched> => {
  const { ledger } = await openLedgerPayload(database, { isNew: false })
  const { createDenylist } = await builtPackage('core/denylist', build)
  const { redisFeed } = await builtPackage('redis/redisFeed', build)
  const [token] = goodTokens(1)
  if (!token) throw new Error('no token')

  const blocks = watchForBlocks()
  const start = performance.now()
  const denylist = createDenylist({
    ledger,
    feed: redisUrl === undefined ? undefined : redisFeed({ url: redisUrl }),
    maxTokenLifetimeMs: 7_200_000,
    maxStalenessMs: 10_000,
    pollIntervalMs: redisUrl === undefined ? 1_000 : 3_000,
  })
  while ((await denylist.judge(token)).status !== 'valid') {
    if (performance.now() - start > 180_000)
      throw new Error('It did not vouch within three minutes')
  }
  const ms = performance.now() - start
  return { ms, known: denylist.state.size.token, longestBlockMs: blocks.stop() }
})
