import { describe, expect, it } from 'vitest'
import { DEMONSTRATIONS } from './demonstrations.js'
import { lossesIn, textOf, violationsIn } from './report.js'
import { runFaults } from './runFaults.js'
import { SAFEGUARDS } from './settings.js'

const LIMIT_MS = 120_000

describe('under faults', () => {
  it(
    'no acknowledged revocation is lost and no living token refused',
    async () => {
      const seed = Number(process.env.FAULTS_SEED ?? Math.floor(Math.random() * 1e6))
      const report = await runFaults({ seed, faults: 12, revocations: 500 })
      expect(violationsIn(report), textOf(report)).toBe(0)
      expect(report.faultsInjected).toBe(12)
      expect(report.revocationsAcknowledged).toBeGreaterThanOrEqual(500)
    },
    LIMIT_MS,
  )

  for (const without of SAFEGUARDS) {
    it(
      `the checker notices that revocations are lost without ${without}`,
      async () => {
        const report = await runFaults({ seed: 1, without, ...DEMONSTRATIONS[without] })
        expect(lossesIn(report), textOf(report)).toBeGreaterThan(0)
      },
      LIMIT_MS,
    )
  }
})
