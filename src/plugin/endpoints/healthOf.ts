import type { DenylistState } from '../../core/denylist.js'
import { isoDate } from '../../core/isoDate.js'
import type { FeedHealth, HealthAnswer } from '../../wire/health.js'
import type { Settings } from '../config/settings.js'
import type { Runtime } from '../runtime/runtime.js'

/**
 * How fresh this process's denylist is and what it contains. It tries to catch up first, except if
 * it rests; then it catches up before it judges the next token. Durations are in seconds.
 */
export async function healthOf({ denylist, settings }: Runtime): Promise<HealthAnswer> {
  if (!denylist.state.isAtRest) await denylist.catchUp()
  const { stalenessMs, isFresh, isAtRest, clockOffsetMs, size, backlog, ...feed } = denylist.state
  const isStale = !settings.isStrict && !isAtRest && !isFresh
  return {
    status: isStale ? 'stale' : 'ok',
    mode: modeOf(settings),
    atRest: isAtRest,
    staleness: Number.isFinite(stalenessMs) ? inSeconds(stalenessMs) : null,
    maxStaleness: inSeconds(settings.maxStalenessMs),
    whenStale: settings.whenStale,
    clockOffset: clockOffsetMs === undefined ? null : inSeconds(clockOffsetMs),
    entries: size,
    backlog,
    feed: settings.feed ? feedHealth(feed) : null,
  }
}

const feedHealth = ({
  feedLagMs,
  feedRenewedAt,
  isFeedWell,
}: Pick<DenylistState, 'feedLagMs' | 'feedRenewedAt' | 'isFeedWell'>): FeedHealth => ({
  isWell: isFeedWell ?? null,
  lag: feedLagMs === undefined ? null : inSeconds(feedLagMs),
  renewedAt: feedRenewedAt === undefined ? null : isoDate(feedRenewedAt),
})

const inSeconds = (ms: number) => Math.round(ms) / 1_000

const modeOf = ({ feed, isStrict }: Settings): HealthAnswer['mode'] => {
  if (isStrict) return 'strict'
  return feed ? 'feed' : 'embedded'
}
