import { setTimeout as pause } from 'node:timers/promises'
import { clockFaults } from './injectors/clockFaults.js'
import type { Inject, Victims } from './injectors/injection.js'
import { ledgerFaults } from './injectors/ledgerFaults.js'
import { processFaults } from './injectors/processFaults.js'
import { redisFaults } from './injectors/redisFaults.js'
import { FAULTS, type Fault, type FaultKind, PARTS } from './schedule.js'
import type { System } from './system.js'

const injectors: Record<FaultKind, Inject> = {
  ...redisFaults,
  ...processFaults,
  ...clockFaults,
  ...ledgerFaults,
  'refresh-answer-lost': (_system, { lastsMs }, { loseAnswer }) => loseAnswer(lastsMs),
}

/** Applies all faults to the system: one after another per part, to several parts at once. */
export async function injectAll(
  faults: readonly Fault[],
  { system, victims, onDone }: { system: System; victims: Victims; onDone: (fault: Fault) => void },
): Promise<void> {
  const inject = async (fault: Fault) => {
    await pause(fault.pauseMs)
    const { touches } = FAULTS[fault.kind]
    await system.disturb(touches, () => injectors[fault.kind](system, fault, victims))
    onDone(fault)
  }
  await Promise.all(
    PARTS.map(async (part) => {
      for (const fault of faults) {
        if (FAULTS[fault.kind].touches[0] === part) await inject(fault)
      }
    }),
  )
}
