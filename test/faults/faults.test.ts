import { describe, expect, it } from 'vitest'
import { DEMONSTRATIONS, isNoticed } from './demonstrations.js'
import { textOf, violationsIn, WRONG_ANSWERS } from './report.js'
import { runFaults } from './runFaults.js'

const LIMIT_MS = 300_000
/** `npm run test:more` tests the others. */
const HERE = ['ledger', 'staleness-bound'] as const

describe('under faults', () => {
  it(
    'no acknowledged revocation is lost and no living token refused',
    async () => {
      const seed = Number(process.env.FAULTS_SEED ?? Math.floor(Math.random() * 1e6))
      const report = await runFaults({ database: 'sqlite', seed, faults: 12, revocations: 500 })
      // Other tests run at the same time, so `npm run test:more` checks how soon it answers.
      expect(violationsIn(report, WRONG_ANSWERS), textOf(report)).toBe(0)
      expect(report.faultsInjected).toBe(12)
      expect(report.revocationsAcknowledged).toBeGreaterThanOrEqual(500)
    },
    LIMIT_MS,
  )

  for (const without of HERE) {
    it(
      `the checker notices that the system runs without ${without}`,
      async () => {
        const report = await runFaults({ seed: 1, without, ...DEMONSTRATIONS[without] })
        expect(isNoticed(report, without), textOf(report)).toBe(true)
      },
      LIMIT_MS,
    )
  }
})
