import { type Connection, replyIn } from './connection.js'

/** Watches the servers that hold the keys for what Redis does not say by itself. */
export interface EvictionWatch {
  /** Looks again, if the last look was some seconds ago. */
  look(): Promise<void>
  /** Whether Redis may drop keys before their time: `maxmemory-policy` is not `noeviction`. */
  readonly mayEvict: boolean
  /** Keys may be missing: some were evicted, or a node of a Cluster was replaced. */
  readonly isLossy: boolean
  /** The keys are being written anew; what gets lost from now on counts again. */
  restored(work: Promise<void>): Promise<void>
}

export interface EvictionWatchOptions {
  connection: Connection
  /** Told once, by name, when keys may be evicted. */
  warn(message: string): void
}

const LOOK_EVERY_MS = 5_000

interface Sight {
  readonly policies: readonly string[]
  readonly evicted: number
  readonly runIds: string
}

/** Where the user may not ask `INFO` nothing is seen and nothing is said. */
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
      warn(`Redis has maxmemory-policy \`${policy}\` and may drop revocations: set \`noeviction\``)
    }
    // Of a single server the epoch tells when it was replaced; of a Cluster's nodes it knows one.
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
      // Redis answered, but not this: forbidden, renamed away, or still loading.
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
