import type { Random } from './random.js'

/** What is done to the system, and to which part of it. */
export const FAULTS = {
  /** Killed with -9 and started again, empty. */
  'redis-killed': { touches: ['redis'], lastsMs: [200, 1_500] },
  /** As before, but away for longer than anyone may be stale. */
  'redis-away': { touches: ['redis'], lastsMs: [4_000, 5_500] },
  /** Frozen by SIGSTOP, then goes on with all it held. */
  'redis-frozen': { touches: ['redis'], lastsMs: [500, 3_000] },
  'redis-flushed': { touches: ['redis'], lastsMs: [0, 0] },
  /** Killed and started again from an older snapshot: the last revocations are missing. */
  'redis-rolled-back': { touches: ['redis'], lastsMs: [200, 1_500] },
  /** Ended in good order and started again with other settings, keeping its content. */
  'redis-reconfigured': { touches: ['redis'], lastsMs: [50, 500] },
  /** Its memory is limited until it evicts keys. */
  'redis-evicting': { touches: ['redis'], lastsMs: [300, 1_000] },
  /** Killed with -9 while it answers logouts, and started again. */
  'app-killed': { touches: ['processes'], lastsMs: [0, 800] },
  'guard-killed': { touches: ['processes'], lastsMs: [0, 800] },
  /** Redis frozen, logouts acknowledged, and killed before it could send them on. */
  'app-killed-with-backlog': { touches: ['processes', 'redis'], lastsMs: [1_200, 1_800] },
  /** Redis frozen, logouts acknowledged, and both apps frozen before they could send them on. */
  'apps-frozen-with-backlog': { touches: ['processes', 'redis'], lastsMs: [4_000, 5_000] },
  /** Its tables are locked by another connection. */
  'ledger-locked': { touches: ['ledger'], lastsMs: [500, 3_000] },
} as const satisfies Record<
  string,
  { touches: readonly Part[]; lastsMs: readonly [number, number] }
>

export type FaultKind = keyof typeof FAULTS
export const PARTS = ['redis', 'processes', 'ledger'] as const
export type Part = (typeof PARTS)[number]

export interface Fault {
  readonly kind: FaultKind
  /** How long the part is left in peace before. */
  readonly pauseMs: number
  readonly lastsMs: number
  /** The app that is meant, where one is. */
  readonly app: 0 | 1
  /** A number from 0 to 1 that the fault may use as it likes. */
  readonly force: number
}

export const FAULT_KINDS = Object.keys(FAULTS) as FaultKind[]

/** As many faults as wanted, every kind equally often, in an order that follows from the seed. */
export function planFaults(
  random: Random,
  { count, kinds = FAULT_KINDS }: { count: number; kinds?: readonly FaultKind[] | undefined },
): Fault[] {
  const faults: Fault[] = []
  while (faults.length < count) {
    for (const kind of random.shuffle(kinds)) {
      const [least, most] = FAULTS[kind].lastsMs
      faults.push({
        kind,
        pauseMs: random.between(100, 1_200),
        lastsMs: random.between(least, most),
        app: random.pick([0, 1] as const),
        force: random.between(0, 1),
      })
    }
  }
  return faults.slice(0, count)
}
