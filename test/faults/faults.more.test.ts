import { describe, expect, it } from 'vitest'
import { DEMONSTRATIONS, isNoticed } from './demonstrations.js'
import { textOf, violationsIn } from './report.js'
import { runFaults } from './runFaults.js'
import { faultKindsOn } from './schedule.js'
import { SAFEGUARDS } from './settings.js'

const LIMIT_MS = 300_000

describe('under faults', () => {
  it(
    'no revocation is lost and no living token refused on PostgreSQL with a delayed replica',
    async () => {
      const seed = Number(process.env.FAULTS_SEED ?? Math.floor(Math.random() * 1e6))
      const faults = faultKindsOn('postgres').length
      const report = await runFaults({ database: 'postgres', seed, faults, revocations: 500 })
      expect(violationsIn(report), textOf(report)).toBe(0)
      expect(report.faultsInjected).toBe(faults)
      expect(report.revocationsAcknowledged).toBeGreaterThanOrEqual(500)
    },
    LIMIT_MS,
  )

  for (const without of SAFEGUARDS) {
    it(
      `the checker notices that the system runs without ${without}`,
      async () => {
        const report = await runFaults({ seed: 2, without, ...DEMONSTRATIONS[without] })
        expect(isNoticed(report, without), textOf(report)).toBe(true)
      },
      LIMIT_MS,
    )
  }
})
