import type { Randomness } from './randomness.js'

/** Where processes run. */
export interface Region {
  readonly name: string
  /** The share of all processes that run here; the shares add up to 1. */
  readonly share: number
  /** From here to the database, one way, in milliseconds. */
  readonly oneWayMs: number
}

export interface Network {
  /** Takes as long as one message between a region and the database, in either direction. */
  travel(region: Region): Promise<void>
  /** Until `until` no message of this region arrives. Messages that were sent arrive afterwards. */
  cut(region: Region, until: number): void
}

/** A lost packet is sent again after this many milliseconds, and after twice as many each time. */
const RETRANSMISSION_MS = 200
/** The longest that TCP waits between two attempts, as far as it matters here. */
const MAX_RETRANSMISSION_MS = 6_400

/** Messages are delayed, overtake one another, and get lost, as packets under TCP are. */
export function network(options: {
  random: Randomness
  now: () => number
  /** The share of packets that get lost. */
  loss: number
}): Network {
  const { random, now, loss } = options
  const cuts = new Map<Region, number>()

  return {
    async travel(region) {
      let pauseMs = RETRANSMISSION_MS
      while (random.share() < loss || now() < (cuts.get(region) ?? 0)) {
        await passed(pauseMs)
        pauseMs = Math.min(2 * pauseMs, MAX_RETRANSMISSION_MS)
      }
      await passed(region.oneWayMs + random.exponential(region.oneWayMs / 5))
    },
    cut: (region, until) => void cuts.set(region, until),
  }
}

export const passed = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
