import type { ClockComparison } from '../core/ports.js'
import type { Client, Connection } from './connection.js'
import type { Keys } from './keys.js'

/**
 * Who has the ledger vouches, after each reading, for what it has read and sent. The key holds
 * `<ms> <mark>`: all that the ledger held when the clock of Redis showed `<ms>` is here, in the
 * filling that began with `<mark>` (see `epoch.ts`).
 *
 * Only the clock of Redis counts, so nobody's own has to be right, and a command that waited in a
 * frozen server says no more than when it was sent. When that clock is set back, what was said
 * before says nothing: it would look young for as long as the clock takes to get there again.
 */
export interface Heartbeat {
  /** Looks what the clock of Redis shows and who vouched last; called at `asOf`. */
  look(asOf: number): Promise<ClockComparison>
  /** Looks at the clock of the server that is written to, before what is vouched for begins. */
  lookAtClock(): Promise<ClockComparison>
  /** Up to when somebody has vouched for the filling with this mark. */
  vouchedAsOf(mark: string): number | undefined
  /**
   * Vouches for all that the ledger held at this instant. False where the last heartbeat of this
   * process is gone: Redis may have lost more.
   */
  vouch(asOf: number, mark: string): Promise<boolean>
}

export interface HeartbeatOptions {
  /** The one that also reads the log. */
  reading: Connection
  commands: Connection
  keys: Keys
}

/** After so long without one, a process that starts reads the whole ledger. */
const LIFETIME_MS = 3_600_000
/** What is not out after this time, a later reading vouches for. */
const MEMORY_MS = 60_000

/** Instants of this process are by `performance.now()`, which does not jump. */
export function createHeartbeat({ reading, commands, keys }: HeartbeatOptions): Heartbeat {
  /** What the clock of Redis had reached by these instants. */
  let reached: { at: number; redisMs: number }[] = []
  let last: { mark: string; redisMs: number; asOf: number } | undefined
  /** The filling for which there is a heartbeat of this process. */
  let vouchedFor: string | undefined

  const note = (redisMs: number) => {
    const at = performance.now()
    const isGood = (each: { at: number; redisMs: number }) =>
      at - each.at < MEMORY_MS && each.redisMs <= redisMs
    reached = [...reached.filter(isGood), { at, redisMs }]
    // Its clock was set back, and whoever vouches from now on begins anew.
    if (last && last.redisMs > redisMs) last = undefined
  }

  const compare = (before: number, times: readonly number[]): ClockComparison => {
    const comparison = { theirs: nearestTo(before, times), before, after: Date.now() }
    note(Math.floor(Math.min(...times)))
    return comparison
  }

  return {
    async look(asOf) {
      const before = Date.now()
      const { times, beat } = await readHeartbeat(reading, keys)
      const comparison = compare(before, times)
      const ageMs = beat && ageOf(beat, times)
      if (!beat || ageMs === undefined) return comparison
      const beatAsOf = asOf - ageMs
      if (last?.mark !== beat.mark || beatAsOf > last.asOf) last = { ...beat, asOf: beatAsOf }
      return comparison
    },
    vouchedAsOf: (mark) => (last?.mark === mark ? last.asOf : undefined),
    async lookAtClock() {
      const before = Date.now()
      return compare(before, await readClocks(commands))
    },
    async vouch(asOf, mark) {
      const before = reached.findLast(({ at }) => at <= asOf)
      if (!before || (last?.mark === mark && last.redisMs >= before.redisMs)) return true
      const value = `${before.redisMs} ${mark}`
      const isThere = vouchedFor === mark
      vouchedFor = undefined
      const answer = await commands.run((client) =>
        isThere
          ? client.set(keys.heartbeat, value, 'PX', LIFETIME_MS, 'XX')
          : client.set(keys.heartbeat, value, 'PX', LIFETIME_MS),
      )
      if (answer === null) return false
      vouchedFor = mark
      return true
    },
  }
}

/** Of several servers' clocks the one that speaks best of ours. */
const nearestTo = (timeMs: number, times: readonly number[]) =>
  times.reduce((best, each) => (Math.abs(each - timeMs) < Math.abs(best - timeMs) ? each : best))

interface Beat {
  redisMs: number
  mark: string
}

/** Of the servers of a Cluster each has a clock of its own: all are asked. */
export function readHeartbeat(
  connection: Connection,
  keys: Keys,
): Promise<{ times: readonly number[]; beat: Beat | undefined }> {
  return connection.run(async (client) => {
    const [value, times] = await Promise.all([client.get(keys.heartbeat), clocksOf(connection)])
    const [, redisMs, mark] = /^(\d+) (\S+)$/.exec(value ?? '') ?? []
    return { times, beat: mark === undefined ? undefined : { redisMs: Number(redisMs), mark } }
  })
}

/**
 * By the clock that is furthest ahead, in milliseconds; `undefined` for one that none of them has
 * reached: they were set back since.
 */
export function ageOf(beat: Beat, times: readonly number[]): number | undefined {
  const ageMs = Math.max(...times) - beat.redisMs
  return ageMs < 0 ? undefined : ageMs
}

const readClocks = (connection: Connection) => connection.run(() => clocksOf(connection))

const clocksOf = (connection: Connection) => Promise.all(connection.nodes().map(clockOf))

async function clockOf(node: Pick<Client, 'time'>): Promise<number> {
  const [seconds, microseconds] = await node.time()
  return Number(seconds) * 1_000 + Number(microseconds) / 1_000
}
