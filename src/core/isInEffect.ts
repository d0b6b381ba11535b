import type { Revocation } from './revocation.js'

/** Whether a revocation counts already: that of a refreshed token waits for the end of its grace. */
export const isInEffect = ({ effectiveAt = 0 }: Revocation, now: number): boolean =>
  effectiveAt <= now
