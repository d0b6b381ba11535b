import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { issueTime, nextCutoff } from '../../src/core/cutoff.js'
import { CLOCK_TOLERANCE_MS, type Revocation } from '../../src/core/revocation.js'
import { sampleRevocation } from '../support/samples.js'

const steps = fc.array(
  fc.record({
    clock: fc.nat({ max: 2 }),
    action: fc.constantFrom('issue', 'issue', 'end-user', 'end-everyone'),
    user: fc.constantFrom('1', '2'),
    waitMs: fc.oneof(fc.constant(0), fc.nat({ max: 3 }), fc.nat({ max: 12_000 })),
  }),
  { minLength: 2, maxLength: 40 },
)
const skews = fc.array(fc.integer({ min: 0, max: CLOCK_TOLERANCE_MS }), {
  minLength: 3,
  maxLength: 3,
})

describe('a cut-off', () => {
  it('ends every token issued before it and none issued after it, with clocks up to 5 s apart', () => {
    fc.assert(
      fc.property(steps, skews, (all, skewMs) => {
        let time = 1_700_000_000_000
        const ledger: Revocation[] = []
        const tokens: { user: string; issuedAt: number; after: number }[] = []
        for (const { action, clock, user, waitMs } of all) {
          time += waitMs
          const now = time + (skewMs[clock] ?? 0)
          const subject = `user:users:${user}` as const
          const known = ledger.filter((each) => [subject, 'everyone'].includes(each.subject))
          if (action === 'issue') {
            tokens.push({ user, issuedAt: issueTime({ now, known }), after: ledger.length })
          } else if (action === 'end-user') {
            ledger.push(sampleRevocation(subject, { cutoff: nextCutoff({ now, known }) }))
          } else {
            // The cut-off of everyone must lie after the cut-offs of each single user.
            const cutoff = nextCutoff({ now, known: ledger })
            ledger.push(sampleRevocation('everyone', { cutoff }))
          }
        }
        for (const { user, issuedAt, after } of tokens) {
          for (const [position, { cutoff, subject }] of ledger.entries()) {
            if (subject !== 'everyone' && subject !== `user:users:${user}`) continue
            const isEnded = issuedAt <= (cutoff ?? 0)
            expect(isEnded).toBe(position >= after)
          }
        }
      }),
      { numRuns: 2_000 },
    )
  })

  it('lies ahead of the clock by the tolerance between clocks', () => {
    expect(nextCutoff({ now: 1_000, known: [] })).toBe(1_000 + CLOCK_TOLERANCE_MS)
  })

  it('does not move the issue time of a token if there was none', () => {
    const known = [sampleRevocation('sid:A'), sampleRevocation('jti:T')]
    expect(issueTime({ now: 1_000, known })).toBe(1_000)
    expect(issueTime({ now: 1_000, known: [] })).toBe(1_000)
  })
})
