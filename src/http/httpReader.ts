import { RevocationError } from '../core/errors.js'
import type { Feed, Follower } from '../core/ports.js'
import { repeat } from '../core/repeat.js'
import { createBackoff } from './backoff.js'
import { createClient } from './client.js'
import type { HttpFeedOptions } from './httpFeedOptions.js'
import { createReading, type Reading } from './reading.js'

export type HttpReader = Required<Pick<Feed, 'close' | 'find' | 'follow' | 'refresh' | 'rewind'>>

/** Between two questions, so that frequent news come together, in milliseconds. */
const PAUSE_MS = 100
/** Between two questions that the application does not hold. */
const POLL_MS = 1_000

/** One life of the feed, from its first use until it is closed. */
export function createHttpReader(options: Required<HttpFeedOptions>): HttpReader {
  const client = createClient(options)
  const backoff = createBackoff()
  const closing = new AbortController()
  let follower: Follower | undefined
  let reading: Reading | undefined

  const turn = async () => {
    if (!follower) throw new RevocationError('feed-not-followed')
    backoff.requireTurn()
    reading ??= createReading({ ...{ client, follower }, signal: closing.signal })
    try {
      await reading.turn(options.background && !follower.isAtRest?.() ? options.wait : 0)
      backoff.succeeded()
    } catch (error) {
      backoff.failed(error)
      throw error
    }
  }

  const loop = repeat(turn, {
    intervalMs() {
      // The next question wakes it.
      if (follower?.isAtRest?.()) return Number.POSITIVE_INFINITY
      return options.wait > 0 && reading?.isHeld ? PAUSE_MS : POLL_MS
    },
    retryMs: () => backoff.waitMs,
    onOutcome: (error) => follower?.report(error),
  })

  /** A request that waits for another one's answer may wait for ever in a Worker. */
  const turnAlone = async () => {
    if (closing.signal.aborted) throw new RevocationError('feed-closed')
    try {
      await turn()
      follower?.report()
    } catch (error) {
      if (error instanceof Error && !closing.signal.aborted) follower?.report(error)
      throw error
    }
  }

  return {
    follow(by) {
      follower = by
      if (options.background) loop.start()
    },
    refresh() {
      if (!options.background) return turnAlone()
      reading?.hurry()
      return loop.now()
    },
    rewind: () => reading?.rewind(),
    find: async (subjects) => {
      if (closing.signal.aborted) throw new RevocationError('feed-closed')
      return client.find(subjects, closing.signal)
    },
    async close() {
      closing.abort()
      if (options.background) await loop.stop()
    },
  }
}
