import { createDenylist, type Denylist } from '../../src/core/denylist.js'
import { tokenRevocation, userRevocation } from '../../src/core/makeRevocation.js'
import type { Revocation } from '../../src/core/revocation.js'
import type { Token } from '../../src/core/token.js'
import { uuidv7 } from '../../src/core/uuidv7.js'
import { type Database, database } from './database.js'
import { type Network, network, passed, type Region } from './network.js'
import { type Randomness, randomness } from './randomness.js'
import { type VirtualTime, virtualTime } from './virtualTime.js'

export interface SimulationOptions {
  /** The same seed gives the same delays, losses and choices. */
  seed: number
  processes: number
  seconds: number
  revocationsPerSecond: number
  /** See {@link Database}: to show that the check can fail. Default: no row is hidden. */
  hiddenAfterwardsMs?: number
}

export interface SimulationResult {
  readonly acknowledged: number
  /** Asked about an ended token, longer than the bound after its end was acknowledged. */
  readonly questions: number
  /** Of these: the answer was `valid`. Must be 0. */
  readonly acceptedTooLate: number
  /** A good token counted as revoked. Must be 0. */
  readonly refusedWrongly: number
  /** The share of questions about good tokens that could not be answered, by region. */
  readonly unknown: Readonly<Record<string, number>>
  /** From the acknowledgement until each living process knew, in milliseconds, by region. */
  readonly learnedAfterMs: Readonly<Record<string, readonly number[]>>
}

export const REGIONS: readonly Region[] = [
  { name: 'beside the database', share: 0.4, oneWayMs: 0.5 },
  { name: 'another continent', share: 0.3, oneWayMs: 40 },
  { name: 'the other side of the world', share: 0.3, oneWayMs: 110 },
]

/** As by default in the plugin. */
const MAX_STALENESS_MS = 10_000
const LIFETIME_MS = 7_200_000
/** The clocks of processes are this far off at most; more is not tolerated. */
const SKEW_MS = 4_500
/** One process in a hundred has a clock that nobody may trust. */
const WRONG_CLOCK_MS = 20_000
const START_AT = 1_800_000_000_000
/** How often each process is asked. */
const QUESTIONS_EVERY_MS = 500
const QUESTIONS_AT_ONCE = 4
/** Older ends are not asked about any more. */
const ASKED_FOR_MS = 60_000
/** After the last revocation. */
const REST_MS = 30_000

interface Process {
  readonly region: Region
  readonly skewMs: number
  denylist: Denylist
}

/** A revoked token, and since when it is acknowledged. */
interface Ended {
  readonly token: Token
  readonly acknowledgedAt: number
}

/**
 * Runs the denylist of many processes on one ledger, on virtual time. The network delays and loses
 * messages, commits are late, clocks are wrong, processes are replaced, the most distant region is
 * cut off for half a minute, and the database is down for a quarter of one.
 */
export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  const time = virtualTime(START_AT)
  try {
    return await new World(options, time).run()
  } finally {
    time.restore()
  }
}

class World {
  readonly #options: SimulationOptions
  readonly #time: VirtualTime
  readonly #random: Randomness
  readonly #network: Network
  readonly #database: Database
  readonly #processes: Process[] = []
  readonly #ended: Ended[] = []
  /** When the end of a subject was acknowledged; `undefined` while it is under way. */
  readonly #acknowledgedAt = new Map<string, number | undefined>()
  readonly #learned = new Map<string, number[]>(REGIONS.map(({ name }) => [name, []]))
  readonly #unknown = new Map<string, { asked: number; unknown: number }>(
    REGIONS.map(({ name }) => [name, { asked: 0, unknown: 0 }]),
  )
  #oldestAsked = 0
  #questions = 0
  #acceptedTooLate = 0
  #refusedWrongly = 0
  #users = 0

  constructor(options: SimulationOptions, time: VirtualTime) {
    this.#options = options
    this.#time = time
    const { now } = time
    this.#random = randomness(options.seed)
    this.#network = network({ random: this.#random, now, loss: 0.002 })
    this.#database = database({
      ...{ random: this.#random, network: this.#network, now },
      hiddenAfterwardsMs: options.hiddenAfterwardsMs,
    })
  }

  async run(): Promise<SimulationResult> {
    const { seconds, revocationsPerSecond } = this.#options
    const endsAt = START_AT + seconds * 1_000
    this.#startAll()
    this.#plan(endsAt)
    this.#every(1_000 / revocationsPerSecond, endsAt, () => void this.#revoke())
    await this.#time.pass(seconds * 1_000)
    await this.#time.pass(REST_MS)
    const closing = Promise.all(this.#processes.map(({ denylist }) => denylist.close()))
    await this.#time.pass(5_000)
    await closing
    const shareOf = ({ asked, unknown }: { asked: number; unknown: number }) => unknown / asked
    return {
      acknowledged: this.#ended.length,
      questions: this.#questions,
      acceptedTooLate: this.#acceptedTooLate,
      refusedWrongly: this.#refusedWrongly,
      unknown: Object.fromEntries(
        [...this.#unknown].map(([name, counts]) => [name, shareOf(counts)]),
      ),
      learnedAfterMs: Object.fromEntries(this.#learned),
    }
  }

  #startAll() {
    for (const region of REGIONS) {
      const count = Math.round(region.share * this.#options.processes)
      for (let i = 0; i < count; i += 1) {
        const skewMs = this.#random.share() < 0.01 ? WRONG_CLOCK_MS : SKEW_MS
        const process = { region, skewMs: this.#random.between(-skewMs, skewMs) }
        this.#live({ ...process, denylist: this.#open(process) })
      }
    }
  }

  /** The life of a process: it starts within ten seconds, and is asked again and again. */
  #live(process: Process) {
    this.#processes.push(process)
    setTimeout(
      () => {
        process.denylist.follow()
        setInterval(() => this.#ask(process), QUESTIONS_EVERY_MS)
      },
      this.#random.between(0, 10_000),
    )
  }

  #open({ region, skewMs }: Omit<Process, 'denylist'>): Denylist {
    const { now } = this.#time
    const openedAt = now()
    const denylist = createDenylist({
      ledger: this.#database.ledgerFor(region),
      maxTokenLifetimeMs: LIFETIME_MS,
      maxStalenessMs: MAX_STALENESS_MS,
      now: () => Math.floor(now() + skewMs),
      monotonic: () => now() - START_AT,
    })
    denylist.listen((news) => this.#learn(region, openedAt, news))
    return denylist
  }

  #learn({ name }: Region, openedAt: number, { subject }: Revocation) {
    if (!this.#acknowledgedAt.has(subject)) return
    const acknowledgedAt = this.#acknowledgedAt.get(subject) ?? this.#time.now()
    // A new process reads what was there before it.
    if (acknowledgedAt < openedAt) return
    this.#learned.get(name)?.push(this.#time.now() - acknowledgedAt)
  }

  /** What goes wrong on the way. */
  #plan(endsAt: number) {
    const length = endsAt - START_AT
    const distant = REGIONS.at(-1) as Region
    const after = (share: number, act: () => void) => setTimeout(act, share * length)
    after(0.3, () => this.#network.cut(distant, this.#time.now() + 30_000))
    after(0.6, () => this.#database.fail(this.#time.now() + 15_000))
    this.#every(length / (this.#options.processes / 5), endsAt, () => this.#replace())
  }

  /** A process ends, and another takes its place. */
  #replace() {
    const process = this.#processes[this.#random.below(this.#processes.length)] as Process
    void process.denylist.close()
    process.denylist = this.#open(process)
    process.denylist.follow()
  }

  async #revoke() {
    const process = this.#processes[this.#random.below(this.#processes.length)] as Process
    const { denylist } = process
    try {
      const now = await denylist.ledgerNow()
      const token = this.#newToken(now)
      const circumstances = { reason: 'logout', now, maxTokenLifetimeMs: LIFETIME_MS } as const
      const isUser = this.#random.share() < 0.2
      const user = { collection: token.collection, id: token.userId, cutoff: now + 5_000 }
      const revocation = isUser
        ? userRevocation(user, circumstances)
        : tokenRevocation(token, circumstances)
      this.#acknowledgedAt.set(revocation.subject, undefined)
      await denylist.revoke([revocation])
      const acknowledgedAt = this.#time.now()
      this.#acknowledgedAt.set(revocation.subject, acknowledgedAt)
      this.#ended.push({ token, acknowledgedAt })
    } catch {
      // Nobody was told that it ended.
    }
  }

  #newToken(now: number): Token {
    this.#users += 1
    const issuedAt = Math.floor(now - this.#random.between(0, LIFETIME_MS / 2))
    return {
      id: uuidv7(issuedAt),
      session: `session-${this.#users}`,
      collection: 'users',
      userId: String(this.#users),
      issuedAt,
      sessionStartedAt: issuedAt,
      expiresAt: issuedAt + LIFETIME_MS,
    }
  }

  #ask({ denylist, region }: Process) {
    const now = this.#time.now()
    const counts = this.#unknown.get(region.name) as { asked: number; unknown: number }
    const good = denylist.verdict(this.#newToken(now)).status
    counts.asked += 1
    if (good === 'unknown') counts.unknown += 1
    if (good === 'revoked') this.#refusedWrongly += 1

    while ((this.#ended[this.#oldestAsked]?.acknowledgedAt ?? now) < now - ASKED_FOR_MS)
      this.#oldestAsked += 1
    const recent = this.#ended.length - this.#oldestAsked
    for (let i = 0; i < Math.min(recent, QUESTIONS_AT_ONCE); i += 1) {
      const { token, acknowledgedAt } = this.#ended[
        this.#oldestAsked + this.#random.below(recent)
      ] as Ended
      if (now - acknowledgedAt <= MAX_STALENESS_MS) continue
      this.#questions += 1
      if (denylist.verdict(token).status === 'valid') this.#acceptedTooLate += 1
    }
  }

  #every(ms: number, until: number, act: () => void) {
    const turn = async () => {
      while (this.#time.now() < until) {
        await passed(ms)
        act()
      }
    }
    void turn()
  }
}
