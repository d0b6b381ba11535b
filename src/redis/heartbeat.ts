import type { Client, Connection } from './connection.js'
import type { Keys } from './keys.js'

/**
 * Who has the ledger vouches, after each reading, for what it has read and sent. The key holds
 * `<ms> <mark>`: all that the ledger held when the clock of Redis showed `<ms>` is here, in the
 * filling that began with `<mark>` (see `epoch.ts`).
 *
 * Only the clock of Redis counts, so nobody's own has to be right, and a command that waited in a
 * frozen server says no more than when it was sent.
 */
export interface Heartbeat {
  /** Looks what the clock of Redis shows and who vouched last; called at `asOf`, own clock. */
  look(asOf: number): Promise<void>
  /** Up to when, by our own clock, somebody has vouched for the filling with this mark. */
  vouchedAsOf(mark: string): number | undefined
  /** Vouches for all that the ledger held at this instant, by our own clock. */
  vouch(asOf: number, mark: string): Promise<void>
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

export function createHeartbeat({ reading, commands, keys }: HeartbeatOptions): Heartbeat {
  /** What the clock of Redis had reached by these instants of our own clock. */
  let reached: { at: number; redisMs: number }[] = []
  let last: { mark: string; redisMs: number; asOf: number } | undefined

  return {
    async look(asOf) {
      const { times, beat } = await readHeartbeat(reading, keys)
      const at = Date.now()
      const isRemembered = (each: { at: number }) => each.at <= at && at - each.at < MEMORY_MS
      reached = [...reached.filter(isRemembered), { at, redisMs: Math.floor(Math.min(...times)) }]
      if (!beat) return
      const beatAsOf = asOf - ageOf(beat, times)
      if (last?.mark !== beat.mark || beatAsOf > last.asOf) last = { ...beat, asOf: beatAsOf }
    },
    vouchedAsOf: (mark) => (last?.mark === mark ? last.asOf : undefined),
    async vouch(asOf, mark) {
      const before = reached.findLast(({ at }) => at <= asOf)
      if (!before || (last?.mark === mark && last.redisMs >= before.redisMs)) return
      const value = `${before.redisMs} ${mark}`
      await commands.run((client) => client.set(keys.heartbeat, value, 'PX', LIFETIME_MS))
    },
  }
}

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
    const [value, times] = await Promise.all([
      client.get(keys.heartbeat),
      Promise.all(connection.nodes().map(clockOf)),
    ])
    const [, redisMs, mark] = /^(\d+) (\S+)$/.exec(value ?? '') ?? []
    return { times, beat: mark === undefined ? undefined : { redisMs: Number(redisMs), mark } }
  })
}

/** By the clock that is furthest ahead, in milliseconds. */
export const ageOf = (beat: Beat, times: readonly number[]): number =>
  Math.max(0, Math.max(...times) - beat.redisMs)

async function clockOf(node: Pick<Client, 'time'>): Promise<number> {
  const [seconds, microseconds] = await node.time()
  return Number(seconds) * 1_000 + Number(microseconds) / 1_000
}
