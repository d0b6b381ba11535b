import type { LiveLimits } from '../config/liveLimits.js'
import type { EventStream } from './eventStream.js'

/** The open event streams of one process, bounded. */
export interface LiveConnections {
  /** `false` when this user, or the process, has as many as may be. */
  hasRoomFor(user: string): boolean
  add(user: string, stream: EventStream): void
  remove(user: string, stream: EventStream): void
  readonly size: number
}

/** Browsers, proxies and load balancers let a silent connection live for a minute at least. */
export const HEARTBEAT_MS = 15_000
const ENDING = ['SIGTERM', 'SIGINT'] as const

/**
 * One timer beats for all, and only while there is a connection. A server that ends waits for open
 * answers, so they end with the signal, where the server listens for it itself: a listener of ours
 * alone would keep the process from ending.
 */
export function createLiveConnections(limits: LiveLimits): LiveConnections {
  const streams = new Set<EventStream>()
  const byUser = new Map<string, number>()
  let timer: ReturnType<typeof setInterval> | undefined

  const beat = () => {
    for (const stream of streams) stream.beat()
  }
  const endAll = () => {
    for (const stream of [...streams]) stream.close()
  }

  const begin = () => {
    timer = setInterval(beat, HEARTBEAT_MS)
    timer.unref?.()
    for (const signal of ENDING) {
      if (process.listenerCount(signal) > 0) process.on(signal, endAll)
    }
  }

  const stop = () => {
    clearInterval(timer)
    for (const signal of ENDING) process.off(signal, endAll)
  }

  return {
    hasRoomFor: (user) =>
      streams.size < limits.maxConnections &&
      (byUser.get(user) ?? 0) < limits.maxConnectionsPerUser,

    add(user, stream) {
      streams.add(stream)
      byUser.set(user, (byUser.get(user) ?? 0) + 1)
      if (streams.size === 1) begin()
    },

    remove(user, stream) {
      if (!streams.delete(stream)) return
      const left = (byUser.get(user) ?? 0) - 1
      if (left > 0) byUser.set(user, left)
      else byUser.delete(user)
      if (streams.size === 0) stop()
    },

    get size() {
      return streams.size
    },
  }
}
