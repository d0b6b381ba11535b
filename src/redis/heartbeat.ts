import type { ClockComparison } from '../core/ports.js'
import type { Client, Connection } from './connection.js'
import type { Keys } from './keys.js'

/**
 * After each reading of the ledger, a process with a ledger vouches for what it has read and sent.
 * The key holds `<ms> <mark>`: everything that the ledger held when the clock of Redis showed
 * `<ms>` is in Redis, in the filling that began with `<mark>` (see `epoch.ts`).
 *
 * Only the clock of Redis counts, so no process needs the right time, and a command that was
 * delayed in a frozen server claims no more than when it was sent. When that clock is set back,
 * earlier heartbeats are void: they would look young until the clock catches up.
 */
export interface Heartbeat {
  /** Reads the clock of Redis and the last heartbeat. Call it at `asOf`. */
  look(asOf: number): Promise<ClockComparison>
  /**
   * Reads the clock of the server that is written to, before the reading that will be vouched for.
   */
  lookAtClock(): Promise<ClockComparison>
  /** Until when a process has vouched for the filling with this mark. */
  vouchedAsOf(mark: string): number | undefined
  /**
   * Vouches for everything that the ledger held at this instant. `false` when the last heartbeat of
   * this process is gone, because Redis may have lost more than that.
   */
  vouch(asOf: number, mark: string): Promise<boolean>
}

export interface HeartbeatOptions {
  /** The connection that also reads the log. */
  reading: Connection
  commands: Connection
  keys: Keys
}

/** After this long without a heartbeat, a process that starts reads the whole ledger. */
const LIFETIME_MS = 3_600_000
/** If a vouch is not sent within this time, a later one replaces it. */
const MEMORY_MS = 60_000

/** Instants of this process are by `performance.now()`, which does not jump. */
export function createHeartbeat({ reading, commands, keys }: HeartbeatOptions): Heartbeat {
  /** At each instant `at`, the clock of Redis had reached `redisMs`. */
  let reached: { at: number; redisMs: number }[] = []
  let last: { mark: string; redisMs: number; asOf: number } | undefined
  /** The filling that contains a heartbeat of this process. */
  let vouchedFor: string | undefined

  const note = (redisMs: number) => {
    const at = performance.now()
    const isGood = (each: { at: number; redisMs: number }) =>
      at - each.at < MEMORY_MS && each.redisMs <= redisMs
    reached = [...reached.filter(isGood), { at, redisMs }]
    // The clock was set back, so vouching starts over.
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

/** Of the clocks of several servers, the one nearest to ours. */
const nearestTo = (timeMs: number, times: readonly number[]) =>
  times.reduce((best, each) => (Math.abs(each - timeMs) < Math.abs(best - timeMs) ? each : best))

interface Beat {
  redisMs: number
  mark: string
}

/** Each server of a Cluster has its own clock, so all are asked. */
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
 * The age by the clock that is furthest ahead, in milliseconds. `undefined` when no clock has
 * reached the heartbeat, because the clocks were set back since.
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
