import type { ClockComparison, Logger } from './ports.js'
import { CLOCK_TOLERANCE_MS } from './revocation.js'

/** Compares the clock of this process with another clock. */
export interface ClockCheck {
  compare(comparison: ClockComparison): void
  /**
   * By how many milliseconds this process is ahead (negative: behind), at least. It is a lower
   * bound, because the other clock was read at some time between question and answer. `undefined`
   * before the first answer.
   */
  readonly offsetMs: number | undefined
  /** Whether the offset exceeds the tolerance. */
  readonly isOff: boolean
}

export interface ClockCheckOptions {
  /** What the log calls the other clock. */
  whose: string
  /** What this process does while its clock is off; for the log. */
  consequence: string
  /** Called when the clock is right again. */
  onRight?: (() => void) | undefined
  logger: Logger | undefined
}

/** Logs when the clock turns out to be off, with the offset, and when it is right again. */
export function createClockCheck(options: ClockCheckOptions): ClockCheck {
  const { whose, consequence, onRight, logger } = options
  let offsetMs: number | undefined
  let isOff = false

  const note = (isOffNow: boolean, ms: number) => {
    if (isOffNow === isOff) return
    isOff = isOffNow
    const clock = `Revocations: the clock of this process`
    if (!isOff) {
      logger?.info({}, `${clock} agrees with ${whose} again`)
      onRight?.()
      return
    }
    const seconds = (Math.abs(ms) / 1_000).toFixed(1)
    const direction = ms > 0 ? 'ahead of' : 'behind'
    logger?.error(
      { offsetMs: ms },
      `${clock} is ${seconds} s ${direction} ${whose}: ${consequence}`,
    )
  }

  return {
    compare({ theirs, before, after }) {
      // The answer took so long that it proves nothing.
      const isVague = after - before > CLOCK_TOLERANCE_MS
      const atLeast = Math.round(Math.max(before - theirs, 0) + Math.min(after - theirs, 0))
      if (isVague && Math.abs(atLeast) <= CLOCK_TOLERANCE_MS) return
      offsetMs = atLeast
      note(Math.abs(atLeast) > CLOCK_TOLERANCE_MS, atLeast)
    },
    get offsetMs() {
      return offsetMs
    },
    get isOff() {
      return isOff
    },
  }
}
