import { t } from '@payloadcms/translations'
import { describe, expect, it } from 'vitest'
import { problemsOf } from '../../src/admin/problemsOf.js'
import { stringsFor } from '../../src/admin/stringsFor.js'
import { en } from '../../src/translations/en.js'
import type { HealthAnswer } from '../../src/wire/health.js'

const NOW = Date.parse('2030-01-01T12:00:00Z')

const well: HealthAnswer = {
  status: 'ok',
  mode: 'feed',
  atRest: false,
  staleness: 0.8,
  maxStaleness: 10,
  whenStale: 'refuse',
  clockOffset: 0,
  entries: { token: 0, session: 0, user: 0, everyone: 0 },
  backlog: 0,
  feed: { isWell: true, lag: 0.003, renewedAt: null },
}

/** Translates as Payload's own panel does. */
const strings = stringsFor((key, vars) =>
  t({ key, vars: vars ?? {}, translations: { jwtRevocation: en } as never }),
)

const problems = (change: Partial<HealthAnswer>) =>
  problemsOf({ ...well, ...change }, { t: strings, language: 'en', now: NOW })

describe('the sentences about problems', () => {
  it('are absent while everything is fine, or without a feed', () => {
    expect(problems({})).toEqual([])
    expect(problems({ feed: null, mode: 'embedded' })).toEqual([])
  })

  it('say what a stale server does with tokens, depending on the policy', () => {
    const textOf = (whenStale: HealthAnswer['whenStale']) =>
      problems({ status: 'stale', whenStale })[0]?.text
    expect(textOf('refuse')).toBe(en.problemStaleRefuse)
    expect(textOf('ask')).toBe(en.problemStaleAsk)
    expect(textOf('accept')).toBe(en.problemStaleAccept)
  })

  it('put the worst first', () => {
    const found = problems({
      status: 'stale',
      backlog: 2,
      feed: { isWell: false, lag: null, renewedAt: '2030-01-01T11:00:00Z' },
    })
    expect(found.map(({ severity }) => severity)).toEqual([
      'error',
      'warning',
      'warning',
      'warning',
    ])
    expect(found[1]?.text).toBe(en.problemFeed)
    expect(found[2]?.text).toContain('2 sign-outs wait')
    expect(found[3]?.text).toContain('1 hour ago')
  })

  it('disappear a day after Redis was refilled', () => {
    const renewed = (renewedAt: string) => problems({ feed: { isWell: true, lag: 0, renewedAt } })
    expect(renewed('2030-01-01T00:00:00Z')).toHaveLength(1)
    expect(renewed('2029-12-31T11:59:00Z')).toEqual([])
  })
})
