import type { Clock, Feed, Logger } from './ports.js'
import type { Revocation } from './revocation.js'
import { withTimeLimit } from './timeLimit.js'

export interface Backlog {
  /** Queues revocations. Resolves when they are sent or after `waitMs`, whichever comes first. */
  send(revocations: readonly Revocation[], options: { waitMs: number }): Promise<void>
  /** How many revocations wait to be sent. */
  readonly length: number
  /** Calls `act` once, when everything that waits now has been sent. */
  afterAll(act: () => void): void
  close(): Promise<void>
}

export interface BacklogOptions {
  feed: Pick<Feed, 'publish'>
  /** How long the feed must keep what it is sent, in milliseconds. */
  retentionMs: () => number
  now: Clock
  logger?: Logger | undefined
}

const BATCH = 500
const RETRY_MS = 250

/**
 * The queue of revocations to send to the feed. It retries while the feed is unreachable, and drops
 * what has expired in the meantime. A revocation may be sent twice. It is never lost while the
 * process lives; if the process dies, the others read it from the ledger.
 */
export function createBacklog({ feed, retentionMs, now, logger }: BacklogOptions): Backlog {
  let waiting: Revocation[] = []
  let sending: Promise<void> | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let isFailing = false
  let isClosed = false
  /** `taken` counts what came in; `done` counts what was sent or dropped, in the same order. */
  let taken = 0
  let done = 0
  const onceDone: { count: number; act: () => void }[] = []

  const leave = (count: number) => {
    done += count
    while (onceDone[0] && onceDone[0].count <= done) onceDone.shift()?.act()
  }

  const sendAll = async () => {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, BATCH)
      const unexpired = batch.filter(({ expiresAt }) => expiresAt > now())
      if (unexpired.length > 0) {
        await feed.publish(unexpired, { retention: retentionMs() / 1_000 })
      }
      waiting = waiting.slice(batch.length)
      leave(batch.length)
    }
  }

  const flush = (): Promise<void> => {
    clearTimeout(timer)
    sending ??= sendAll()
      .then(
        () => {
          if (isFailing) logger?.info({}, 'Revocations: the backlog has been sent to the feed')
          isFailing = false
        },
        (err: unknown) => {
          if (!isFailing)
            logger?.warn({ err }, 'Revocations: could not send revocations to the feed, retrying')
          isFailing = true
          if (isClosed) return
          timer = setTimeout(flush, RETRY_MS)
          timer.unref?.()
        },
      )
      .finally(() => {
        sending = undefined
      })
      // These came in after the last batch but before the run ended, so nothing sends them yet.
      .then(() => (waiting.length > 0 && !isFailing && !isClosed ? flush() : undefined))
    return sending
  }

  return {
    async send(revocations, { waitMs }) {
      waiting.push(...revocations)
      taken += revocations.length
      if (!isFailing) await withTimeLimit(flush(), waitMs)
    },
    get length() {
      return waiting.length
    },
    afterAll(act) {
      if (done === taken) act()
      else onceDone.push({ count: taken, act })
    },
    async close() {
      isClosed = true
      clearTimeout(timer)
      await sending
    },
  }
}
