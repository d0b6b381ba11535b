import { type Connection, replyIn } from './connection.js'

/** Watches the servers that hold the keys for losses that Redis does not report. */
export interface EvictionWatch {
  /** Checks again, unless it did so a few seconds ago. */
  look(): Promise<void>
  /** Whether Redis may drop keys early: `maxmemory-policy` is not `noeviction`. */
  readonly mayEvict: boolean
  /** Whether keys may be missing: some were evicted, or a node of a Cluster was replaced. */
  readonly isLossy: boolean
  /** Call it while the keys are rewritten. Later losses count again. */
  restored(work: Promise<void>): Promise<void>
}

export interface EvictionWatchOptions {
  connection: Connection
  /** Called once, with the name of the policy, when keys may be evicted. */
  warn(message: string): void
}

const LOOK_EVERY_MS = 5_000

interface Sight {
  readonly policies: readonly string[]
  readonly evicted: number
  readonly runIds: string
}

/** If the user may not run `INFO`, it sees nothing and reports nothing. */
export function createEvictionWatch({ connection, warn }: EvictionWatchOptions): EvictionWatch {
  let last: Sight | undefined
  let lookedAt = Number.NEGATIVE_INFINITY
  let looking: Promise<void> | undefined
  let isLost = false
  let isWarned = false

  const take = (sight: Sight) => {
    const policy = sight.policies.find((each) => each !== 'noeviction')
    if (policy !== undefined && !isWarned) {
      isWarned = true
      warn(`Redis has maxmemory-policy \`${policy}\` and may evict revocations: set \`noeviction\``)
    }
    // The epoch shows when a single server was replaced, but knows only one node of a Cluster.
    const isOther = connection.isCluster && last?.runIds !== sight.runIds
    isLost ||= last !== undefined && (sight.evicted > last.evicted || isOther)
    last = sight
  }

  const look = async () => {
    try {
      const infos = await connection.run(() =>
        Promise.all(connection.nodes().map((node) => node.info())),
      )
      take(sightOf(infos.map(String)))
    } catch (error) {
      // Redis replied with an error: `INFO` is forbidden or renamed, or Redis is still loading.
      if (replyIn(error) === undefined) throw error
    }
    lookedAt = performance.now()
  }

  return {
    async look() {
      if (performance.now() - lookedAt < LOOK_EVERY_MS) return
      looking ??= look().finally(() => {
        looking = undefined
      })
      await looking
    },
    get mayEvict() {
      return last?.policies.some((each) => each !== 'noeviction') ?? false
    },
    get isLossy() {
      return isLost
    },
    async restored(work) {
      isLost = false
      try {
        await work
      } catch {
        isLost = true
      }
    },
  }
}

function sightOf(infos: readonly string[]): Sight {
  const all = (name: string) =>
    infos.flatMap((info) => new RegExp(`^${name}:(\\S+)`, 'm').exec(info)?.[1] ?? [])
  return {
    policies: all('maxmemory_policy'),
    evicted: all('evicted_keys').reduce((sum, each) => sum + Number(each), 0),
    runIds: all('run_id').sort().join(' '),
  }
}
