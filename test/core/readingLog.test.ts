import { describe, expect, it } from 'vitest'
import { createReadingLog } from '../../src/core/readingLog.js'

describe('the log of the first reading of the ledger', () => {
  const setUp = () => {
    const lines: [object, string][] = []
    let now = 1_000
    const tell = (details: object, message: string) => void lines.push([details, message])
    const log = createReadingLog({ error: tell, warn: tell, info: tell }, () => now)
    const later = (ms: number) => {
      now += ms
      return log
    }
    return { later, lines }
  }

  it('tells every five seconds how far it is, and when it is over', () => {
    const { later, lines } = setUp()
    later(0).count(500)
    later(4_000).count(500)
    expect(lines).toEqual([])
    later(2_000).count(500)
    later(4_000).count(500)
    later(1_000).count(500)
    later(1_000).end()
    expect(lines.map(([details]) => details)).toEqual([
      { read: 1_500, seconds: 6 },
      { read: 2_500, seconds: 11 },
      { read: 2_500, seconds: 12 },
    ])
    later(60_000).count(500)
    expect(lines).toHaveLength(3)
  })

  it('tells nothing of a short one', () => {
    const { later, lines } = setUp()
    later(0).count(500)
    later(4_900).end()
    expect(lines).toEqual([])
  })
})
