import type { RunOptions } from './runFaults.js'
import type { Safeguard } from './settings.js'

/** What a run must survive no more once the safeguard is switched off: a few faults suffice. */
export const DEMONSTRATIONS: Readonly<
  Record<Safeguard, Pick<RunOptions, 'faults' | 'revocations' | 'kinds'>>
> = {
  ledger: { faults: 1, revocations: 30, kinds: ['redis-flushed'] },
  refill: { faults: 2, revocations: 30, kinds: ['redis-flushed', 'guard-killed'] },
  'anti-entropy': { faults: 2, revocations: 30, kinds: ['app-killed-with-backlog'] },
  'staleness-bound': { faults: 1, revocations: 60, kinds: ['redis-away'] },
  heartbeat: { faults: 1, revocations: 30, kinds: ['apps-frozen-with-backlog'] },
}
