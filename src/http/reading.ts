import type { Follower } from '../core/ports.js'
import { CLOCK_TOLERANCE_MS, type Revocation } from '../core/revocation.js'
import type { Answer, Client } from './client.js'

/** Follows the application's answers from one to the next. */
export interface Reading {
  /** Reads everything there is. If it knows everything, it waits for news, for up to so many s. */
  turn(wait: number): Promise<void>
  /** Ends the wait of the current turn, which then asks for what is known right now. */
  hurry(): void
  /** Reads everything again before it reports that anything is complete. */
  rewind(): void
  /** Whether the application holds requests, as far as is known. */
  readonly isHeld: boolean
}

export interface ReadingOptions {
  client: Client
  follower: Follower
  signal: AbortSignal
}

/**
 * Between two readings of everything, in milliseconds. They find rows that were never acknowledged
 * and came so late that the applications themselves found them late.
 */
const WHOLE_EVERY_MS = 900_000
/** How many revocations are processed before other work of the process may run. */
const SLICE = 1_000
/** The shortest time that a proxy must hold a request for, in seconds. */
const SHORTEST_WAIT = 1

export function createReading({ client, follower, signal }: ReadingOptions): Reading {
  let position: Pick<Answer, 'cursor' | 'etag' | 'epoch'> | undefined
  /** How often everything had to be read again. */
  let rewinds = 0
  /** Whether everything was read up to `position`. */
  let isCurrent = false
  let lastAsOf = Number.NEGATIVE_INFINITY
  /** The latest that an answer was complete as of, by the clock of its sender. */
  let lastTold = Number.NEGATIVE_INFINITY
  let holding: AbortController | undefined
  let isUrgent = false
  /** A proxy may cut longer waits. */
  let longestWait = Number.POSITIVE_INFINITY
  let isHeld = true
  let wholeAt = performance.now()
  /** The reading of everything that is under way beside the news. */
  let whole: { cursor: string | undefined } | undefined

  const learn = async (revocations: readonly Revocation[]) => {
    for (let i = 0; i < revocations.length; i += SLICE) {
      if (i > 0) await new Promise((resolve) => setTimeout(resolve, 0))
      follower.learn(revocations.slice(i, i + SLICE))
    }
  }

  const ask = (wait: number, askedSignal: AbortSignal, from = position) =>
    client.ask({ after: from?.cursor, etag: from?.etag, wait, signal: askedSignal })

  /** `undefined` when the wait was ended, by us or by a proxy. */
  const hold = async (wait: number): Promise<Answer | undefined> => {
    const mine = new AbortController()
    const end = () => mine.abort()
    signal.addEventListener('abort', end)
    holding = mine
    try {
      const answer = await ask(wait, mine.signal)
      longestWait = Math.min(Number.MAX_SAFE_INTEGER, 2 * longestWait)
      isHeld = answer.revocations.length > 0 || answer.held > 100
      return answer
    } catch (error) {
      if (signal.aborted || (isAnswer(error) && !isUrgent)) throw error
      // What cut it may let a shorter one through. What is asked next shows whether it was that.
      if (!isUrgent) longestWait = Math.max(SHORTEST_WAIT, Math.min(longestWait, wait) / 2)
      return undefined
    } finally {
      holding = undefined
      signal.removeEventListener('abort', end)
    }
  }

  /**
   * An answer that some cache kept says nothing about the time since it was made. If it is much
   * older, the clock of the sender may have been set back: then the next ones show that it goes on.
   */
  const isLater = (asOf: number): boolean => {
    const before = lastTold
    if (asOf > before || before - asOf > CLOCK_TOLERANCE_MS) lastTold = asOf
    return asOf > before
  }

  /** Returns whether there is more to read at once. */
  const take = async (answer: Answer, rewindsBefore: number): Promise<boolean> => {
    await learn(answer.revocations)
    if (rewinds !== rewindsBefore) return true
    const { cursor, epoch, etag, more } = answer
    if (position && position.epoch !== epoch) {
      lastTold = Number.NEGATIVE_INFINITY
      follower.renewed?.()
    }
    position = { cursor, epoch, etag }
    isCurrent = !more
    const { now, held, asOf, askedAt, answeredAt } = answer
    // The answer was made no earlier than this.
    const madeAt = askedAt + Math.min(held, answeredAt - askedAt)
    const after = Date.now() - (performance.now() - answeredAt)
    follower.compareClock?.({ theirs: now, before: after - (answeredAt - madeAt), after })
    if (asOf === null || !isLater(asOf)) return more
    const completeAsOf = madeAt - (now - asOf)
    if (completeAsOf < lastAsOf) return more
    lastAsOf = completeAsOf
    follower.complete(completeAsOf, completeAsOf)
    return rewinds === rewindsBefore ? more : true
  }

  /** One page each turn, so that news need not wait. */
  const readWhole = async () => {
    if (!whole && performance.now() - wholeAt < WHOLE_EVERY_MS) return
    whole ??= { cursor: undefined }
    const { cursor } = whole
    const answer = await client.ask({ after: cursor, etag: undefined, wait: 0, signal })
    await learn(answer.revocations)
    whole = answer.asOf === null ? { cursor: answer.cursor } : undefined
    if (!whole) wholeAt = performance.now()
  }

  return {
    async turn(wait) {
      let rewindsBefore = rewinds
      let next: Promise<Answer> | undefined
      if (wait > 0 && isCurrent && !isUrgent) {
        const answer = await hold(Math.min(wait, longestWait))
        if (answer && !(await take(answer, rewindsBefore))) return readWhole()
      }
      isUrgent = false
      do {
        rewindsBefore = rewinds
        const answer = await (next ?? ask(0, signal))
        // The application works on the next page while this one is processed.
        next = answer.more ? ask(0, signal, answer) : undefined
        next?.catch(() => {})
        if (!(await take(answer, rewindsBefore))) break
        if (rewinds !== rewindsBefore) next = undefined
      } while (!signal.aborted)
      await readWhole()
    },
    hurry() {
      isUrgent = true
      holding?.abort()
    },
    rewind() {
      rewinds += 1
      position = undefined
      isCurrent = false
      lastTold = Number.NEGATIVE_INFINITY
    },
    get isHeld() {
      return isHeld
    },
  }
}

/** Whether the application itself answered. */
const isAnswer = (error: unknown) =>
  error instanceof Error &&
  'code' in error &&
  (error.code === 'feed-refused' || error.code === 'feed-unreadable')
