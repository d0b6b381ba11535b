import type * as real from '../../../../../src/core/clockCheck.js'

/** Nobody looks at another clock. */
export const createClockCheck: typeof real.createClockCheck = () => ({
  compare() {},
  offsetMs: undefined,
  isOff: false,
})
