import type * as real from '../../../../../src/core/clockCheck.js'

/** Clocks are not compared. */
export const createClockCheck: typeof real.createClockCheck = () => ({
  compare() {},
  offsetMs: undefined,
  isOff: false,
})
