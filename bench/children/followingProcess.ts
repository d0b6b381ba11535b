/** A new process without a database: how long until it can tell that a token is valid? */
import { builtPackage } from '../support/builtPackage.js'
import { goodTokens } from '../support/goodTokens.js'
import { answerMessages } from '../support/worker.js'

export interface FollowingCommand {
  /** Of Redis, or of an application's feed. */
  url: string
  service: { id: string; secret: string }
  /** Default: a minute. */
  maxStalenessMs?: number
  /** The folder of another build of the package. Default: this one. */
  build?: string | undefined
}

export interface Followed {
  /** From the first question to the first `valid`. */
  ms: number
  /** Revocations known at that moment. */
  known: number
}

answerMessages<FollowingCommand>(async (command): Promise<Followed> => {
  const { url, service, maxStalenessMs = 60_000, build } = command
  const { createDenylist } = await builtPackage('core/denylist', build)
  const { redisFeed } = await builtPackage('redis/redisFeed', build)
  const { httpFeed } = await builtPackage('http/httpFeed')
  const [token] = goodTokens(1)
  if (!token) throw new Error('no token')
  const start = performance.now()
  const denylist = createDenylist({
    feed: url.startsWith('redis') ? redisFeed({ url }) : httpFeed({ url, ...service }),
    ...{ maxTokenLifetimeMs: 7_200_000, maxStalenessMs },
  })
  while ((await denylist.judge(token)).status !== 'valid') {
    if (performance.now() - start > 300_000) throw new Error('It did not vouch in five minutes')
  }
  return { ms: performance.now() - start, known: denylist.state.size.token }
})
