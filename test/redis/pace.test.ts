import { describe, expect, it } from 'vitest'
import { createPace } from '../../src/redis/pace.js'

describe('the pace of reading the log', () => {
  it('lets a few readings follow one another at once, then one every 75 ms, and a few again after a pause', () => {
    let now = 10_000
    const pace = createPace(() => now)
    const waitsMs = (count: number) =>
      Array.from({ length: count }, () => {
        const waitMs = Math.max(0, pace.next() - now)
        now += waitMs
        return waitMs
      })
    expect(waitsMs(7)).toEqual([0, 0, 0, 0, 0, 75, 75])
    now += 150
    expect(waitsMs(3)).toEqual([0, 0, 75])
    now += 60_000
    expect(waitsMs(6)).toEqual([0, 0, 0, 0, 0, 75])
  })

  it('waits for one turn at most after a thousand readings that did not wait for theirs', () => {
    const pace = createPace(() => 10_000)
    const next = Array.from({ length: 1_000 }, () => pace.next()).at(-1)
    expect(next).toBe(10_075)
  })

  it('lets ten single revocations a second through at once', () => {
    let now = 0
    const pace = createPace(() => now)
    for (let i = 0; i < 100; i += 1) {
      expect(pace.next()).toBeLessThanOrEqual(now)
      now += 100
    }
  })
})
