import type { Answer } from './api.ts'
import * as print from './print.ts'

/** Prints each exchange and compares it with the expectation. Counts the differences. */
export function createChecks() {
  let failures = 0

  const that = (isTrue: boolean, expectation: string): void => {
    if (isTrue) return
    failures += 1
    print.failure(`expected ${expectation}`)
  }

  return {
    that,
    status: ({ request, status }: Answer, expected: number | readonly number[]): void => {
      const allowed = typeof expected === 'number' ? [expected] : expected
      print.exchange(request, status, allowed.includes(status))
      that(allowed.includes(status), `status ${allowed.join(' or ')}, got ${status}`)
    },
    get failures() {
      return failures
    },
  }
}

export type Checks = ReturnType<typeof createChecks>
