import { vi } from 'vitest'

/** Asks again and again until the assertion holds, and returns what it returned. */
export const eventually = <T>(assertion: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(assertion, { timeout: 60_000, interval: 5 })
