import type { TranslationKey } from '../translations/Strings.js'
import type { HealthAnswer } from '../wire/health.js'
import { relativeTime } from './relativeTime.js'
import type { Translate } from './stringsFor.js'

export interface Problem {
  severity: 'error' | 'warning'
  /** What is wrong and what to do, in a plain sentence or two. */
  text: string
}

const STALE: Record<HealthAnswer['whenStale'], TranslationKey> = {
  refuse: 'problemStaleRefuse',
  ask: 'problemStaleAsk',
  accept: 'problemStaleAccept',
}

const A_DAY_MS = 86_400_000

/** What is degraded, the worst first; empty when all is well. */
export function problemsOf(
  { status, whenStale, feed, backlog }: HealthAnswer,
  { t, language, now }: { t: Translate; language: string; now: number },
): Problem[] {
  const problems: Problem[] = []
  if (status === 'stale') problems.push({ severity: 'error', text: t(STALE[whenStale]) })
  if (feed?.isWell === false) problems.push({ severity: 'warning', text: t('problemFeed') })
  if (backlog > 0) {
    problems.push({ severity: 'warning', text: t('problemBacklog', { count: backlog }) })
  }
  const renewedAt = feed?.renewedAt ? Date.parse(feed.renewedAt) : 0
  if (now - renewedAt < A_DAY_MS) {
    const time = relativeTime(renewedAt, now, language)
    problems.push({ severity: 'warning', text: t('problemRenewed', { time }) })
  }
  return problems
}
