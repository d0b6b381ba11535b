import { describe, expect, it } from 'vitest'
import { simulate } from '../../bench/simulation/simulate.js'

describe('many processes on one ledger, with delays, losses, wrong clocks and outages', () => {
  const options = { seed: 42, processes: 40, seconds: 60, revocationsPerSecond: 4 }

  it('accept no ended token after the bound of staleness, and refuse no good one', async () => {
    const { acknowledged, questions, acceptedTooLate, refusedWrongly } = await simulate(options)
    expect(acknowledged).toBeGreaterThan(100)
    expect(questions).toBeGreaterThan(10_000)
    expect([acceptedTooLate, refusedWrongly]).toEqual([0, 0])
  })

  it('would accept one if the database showed rows only after it acknowledged them', async () => {
    const result = await simulate({ ...options, hiddenAfterwardsMs: 30_000 })
    expect(result.acceptedTooLate).toBeGreaterThan(0)
  })
})
