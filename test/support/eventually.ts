import { vi } from 'vitest'

/** Repeats the assertion until it passes, and returns its result. */
export const eventually = <T>(assertion: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(assertion, { timeout: 120_000, interval: 5 })
