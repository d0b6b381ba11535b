import { afterEach, beforeEach, vi } from 'vitest'
import { createDenylist, type Denylist, type DenylistOptions } from '../../src/core/denylist.js'

/**
 * Returns a function that opens denylists for the tests of a file, in which time only passes on
 * request. Each denylist is closed after its test.
 */
export function denylistsOnFakeTime(
  defaults: DenylistOptions,
): (options?: Partial<DenylistOptions>) => Denylist {
  const opened: Denylist[] = []
  beforeEach(() => void vi.useFakeTimers({ now: 1_700_000_000_000 }))
  afterEach(async () => {
    const closing = Promise.all(opened.splice(0).map((each) => each.close()))
    await vi.advanceTimersByTimeAsync(2_000)
    await closing
    vi.useRealTimers()
  })
  return (options) => {
    const denylist = createDenylist({ ...defaults, ...options })
    opened.push(denylist)
    return denylist
  }
}
