import type { Report } from './report.js'
import type { RunOptions } from './runFaults.js'
import type { Safeguard } from './settings.js'
import type { ViolationKind } from './violation.js'

interface Demonstration extends Pick<RunOptions, 'database' | 'faults' | 'revocations' | 'kinds'> {
  /** What the checker must find. Default: acknowledged revocations that were lost. */
  shows?: readonly ViolationKind[]
}

const LOSSES: readonly ViolationKind[] = ['lost', 'unlearned']

/** A run without the safeguard, which must fail. A few faults are enough. */
export const DEMONSTRATIONS: Readonly<Record<Safeguard, Demonstration>> = {
  ledger: { database: 'sqlite', faults: 1, revocations: 30, kinds: ['redis-flushed'] },
  refill: {
    ...{ database: 'sqlite', faults: 2, revocations: 30 },
    kinds: ['redis-flushed', 'guard-killed'],
  },
  'anti-entropy': {
    ...{ database: 'sqlite', faults: 4, revocations: 30 },
    kinds: ['app-killed-with-backlog'],
  },
  'staleness-bound': { database: 'sqlite', faults: 1, revocations: 60, kinds: ['redis-away'] },
  heartbeat: {
    ...{ database: 'sqlite', faults: 1, revocations: 30 },
    kinds: ['apps-frozen-with-backlog'],
  },
  'intent-first': {
    ...{ database: 'sqlite', faults: 6, revocations: 20 },
    kinds: ['app-killed-in-change'],
  },
  'primary-reads': { database: 'postgres', faults: 1, revocations: 60, kinds: ['redis-away'] },
  'fresh-ids': { database: 'postgres', faults: 1, revocations: 20, kinds: ['commit-late'] },
  'clock-check': {
    ...{ database: 'postgres', faults: 4, revocations: 20 },
    ...{ kinds: ['clock-jumped'], shows: ['lost', 'blind'] },
  },
  'monotonic-ages': {
    ...{ database: 'sqlite', faults: 1, revocations: 40 },
    ...{ kinds: ['clock-set-back-in-outage'], shows: ['lost', 'blind'] },
  },
  'lost-answers': {
    ...{ database: 'sqlite', faults: 1, revocations: 20 },
    ...{ kinds: ['refresh-answer-lost'], shows: ['living-refused'] },
  },
}

/** Whether the checker found what it had to, without this safeguard. */
export const isNoticed = ({ violations }: Report, without: Safeguard): boolean =>
  (DEMONSTRATIONS[without].shows ?? LOSSES).some((kind) => violations[kind] > 0)
