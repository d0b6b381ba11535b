import type { Random } from './random.js'
import type { DatabaseKind } from './settings.js'

/** The kinds of fault, and the part that each one hits. */
export const FAULTS = {
  /** Killed with -9 and started again, empty. */
  'redis-killed': { touches: ['redis'], lastsMs: [200, 1_500] },
  /** As before, but away for longer than a process may be stale. */
  'redis-away': { touches: ['redis'], lastsMs: [4_000, 5_500] },
  /** Frozen by SIGSTOP, then continues with all its data. */
  'redis-frozen': { touches: ['redis'], lastsMs: [500, 3_000] },
  'redis-flushed': { touches: ['redis'], lastsMs: [0, 0] },
  /** Killed and started again from an older snapshot: the last revocations are missing. */
  'redis-rolled-back': { touches: ['redis'], lastsMs: [200, 1_500] },
  /** Stopped cleanly and started again with other settings, with its data. */
  'redis-reconfigured': { touches: ['redis'], lastsMs: [50, 500] },
  /** Its memory is limited until it evicts keys. */
  'redis-evicting': { touches: ['redis'], lastsMs: [300, 1_000] },
  /** Killed with -9 while it answers logouts, and started again. */
  'app-killed': { touches: ['processes'], lastsMs: [0, 800] },
  'guard-killed': { touches: ['processes'], lastsMs: [0, 800] },
  /** Redis frozen, logouts acknowledged, and the app killed before it could send them. */
  'app-killed-with-backlog': { touches: ['processes', 'redis'], lastsMs: [1_200, 1_800] },
  /** Redis frozen, logouts acknowledged, and both apps frozen before they could send them. */
  'apps-frozen-with-backlog': { touches: ['processes', 'redis'], lastsMs: [4_000, 5_000] },
  /** Killed with -9 while it disables, deletes or re-keys several accounts, then asked again. */
  'app-killed-in-change': { touches: ['processes'], lastsMs: [0, 800] },
  /**
   * The clock of one process is set forward or back by a minute or an hour, and later corrected.
   */
  'clock-jumped': { touches: ['processes'], lastsMs: [4_000, 6_000] },
  /** Clocks are set back while Redis is away for longer than a process may be stale. */
  'clock-set-back-in-outage': { touches: ['processes', 'redis'], lastsMs: [4_000, 5_500] },
  /** Its table is locked by another connection. */
  'ledger-locked': { touches: ['ledger'], lastsMs: [500, 3_000] },
  /** Locked for longer than the readers' window, while Redis is away, so that rows commit late. */
  'commit-late': {
    ...{ touches: ['ledger', 'redis'], lastsMs: [16_000, 20_000], on: 'postgres' },
  },
  /** A client never gets the answer to its refresh, and retries with the old token. */
  'refresh-answer-lost': { touches: ['clients'], lastsMs: [7_000, 9_000] },
} as const satisfies Record<string, FaultPlan>

interface FaultPlan {
  readonly touches: readonly Part[]
  readonly lastsMs: readonly [number, number]
  /** The only database that supports it. Default: both do. */
  readonly on?: DatabaseKind
}

export type FaultKind = keyof typeof FAULTS
export const PARTS = ['redis', 'processes', 'ledger', 'clients'] as const
export type Part = (typeof PARTS)[number]

export interface Fault {
  readonly kind: FaultKind
  /** How long the part has no fault before. */
  readonly pauseMs: number
  readonly lastsMs: number
  /** The app that it hits, if it hits one. */
  readonly app: 0 | 1
  /** A number from 0 to 1 for the fault's own choices. */
  readonly force: number
  /** Counts the faults of the kind, so that each of its variants comes up. */
  readonly variant: number
}

export const FAULT_KINDS = Object.keys(FAULTS) as FaultKind[]

/** What the system must withstand on this database. */
export const faultKindsOn = (database: DatabaseKind): FaultKind[] =>
  FAULT_KINDS.filter((kind) => {
    const { on = database }: FaultPlan = FAULTS[kind]
    return on === database
  })

/** The wanted number of faults, every kind equally often, in an order that depends on the seed. */
export function planFaults(
  random: Random,
  { count, kinds }: { count: number; kinds: readonly FaultKind[] },
): Fault[] {
  const faults: Fault[] = []
  const firstVariant = random.whole(0, 11)
  while (faults.length < count) {
    for (const kind of random.shuffle(kinds)) {
      const [least, most] = FAULTS[kind].lastsMs
      faults.push({
        kind,
        pauseMs: random.between(100, 1_200),
        lastsMs: random.between(least, most),
        app: random.pick([0, 1] as const),
        force: random.between(0, 1),
        variant: firstVariant + Math.floor(faults.length / kinds.length),
      })
    }
  }
  return faults.slice(0, count)
}

/** About how long all this takes, in milliseconds. The parts have their faults in parallel. */
export function lengthOf(faults: readonly Fault[]): number {
  const disturbing = (part: Part) =>
    faults.filter(({ kind }) => (FAULTS[kind].touches as readonly Part[]).includes(part))
  const lengths = PARTS.map((part) =>
    disturbing(part).reduce(
      (sum, { pauseMs, lastsMs }) => sum + pauseMs + lastsMs + OVERHEAD_MS,
      0,
    ),
  )
  return Math.max(...lengths)
}

/** What a fault costs besides its own time: a process that starts, a Redis that answers. */
const OVERHEAD_MS = 300
