import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createExpiryTable, type ExpiryTable } from '../../src/core/expiryTable.js'

const SECOND = 1_000

function sweepAll(table: ExpiryTable) {
  for (let round = 0; round < 2; round += 1) while (table.sweep(1_000)) {}
}

describe('the table of names with an expiry', () => {
  it('agrees with a plain map about every name, while it grows, is swept and shrinks', () => {
    const step = fc.oneof(
      fc.record({
        do: fc.constant('add' as const),
        from: fc.nat({ max: 3_000 }),
        count: fc.integer({ min: 1, max: 3_000 }),
        life: fc.integer({ min: 1, max: 30 }),
      }),
      fc.record({ do: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 20 }) }),
      fc.record({ do: fc.constant('sweep' as const), slots: fc.integer({ min: 1, max: 30_000 }) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 15 }), (steps) => {
        let now = 0
        const table = createExpiryTable({ now: () => now })
        const model = new Map<string, number>()
        for (const each of steps) {
          if (each.do === 'wait') now += each.seconds * SECOND
          if (each.do === 'sweep') table.sweep(each.slots)
          if (each.do === 'add') {
            const expiresAt = now + each.life * SECOND
            for (let i = each.from; i < each.from + each.count; i += 1) {
              table.add(`name-${i}`, expiresAt)
              model.set(`name-${i}`, Math.max(expiresAt, model.get(`name-${i}`) ?? 0))
            }
          }
          for (let i = 0; i < 6_000; i += 1) {
            const isLive = (model.get(`name-${i}`) ?? 0) > now
            if (table.has(`name-${i}`) !== isLive) expect.fail(`name-${i} at ${now}: ${!isLive}`)
          }
        }
        const live = [...model.values()].filter((expiresAt) => expiresAt > now).length
        sweepAll(table)
        expect(table.size).toBe(live)
      }),
      { numRuns: 40 },
    )
  })

  it('never forgets a name because others near it were swept', () => {
    let now = 0
    const table = createExpiryTable({ now: () => now })
    const count = 50_000
    const lifeOf = (i: number) => ((i * 7) % 10) + 1
    for (let i = 0; i < count; i += 1) table.add(`name-${i}`, lifeOf(i) * SECOND)
    for (now = 0; now <= 11 * SECOND; now += SECOND) {
      sweepAll(table)
      let live = 0
      for (let i = 0; i < count; i += 1) {
        const isLive = lifeOf(i) * SECOND > now
        if (isLive) live += 1
        if (table.has(`name-${i}`) !== isLive) expect.fail(`name-${i} at ${now}: ${!isLive}`)
      }
      expect(table.size).toBe(live)
    }
  })

  it('learns a swept name again, whatever is near it', () => {
    let now = 0
    const table = createExpiryTable({ now: () => now })
    const count = 20_000
    for (let i = 0; i < count; i += 1) table.add(`stays-${i}`, 100 * SECOND)
    for (let round = 1; round <= 5; round += 1) {
      for (let i = 0; i < count; i += 1) table.add(`comes-${i}`, now + SECOND)
      let missing = 0
      for (let i = 0; i < count; i += 1) if (!table.has(`comes-${i}`)) missing += 1
      expect(missing).toBe(0)
      expect(table.size).toBe(2 * count)
      now += SECOND
      sweepAll(table)
      expect(table.size).toBe(count)
    }
  })

  it('remembers at least until the expiry and at most a second longer', () => {
    let now = 0
    const table = createExpiryTable({ now: () => now })
    table.add('name', 1_500)
    now = 1_499
    expect(table.has('name')).toBe(true)
    now = 2_500
    expect(table.has('name')).toBe(false)
  })

  it('remembers past the year 2038, when seconds exceed 31 bits', () => {
    let now = Date.UTC(2050, 0)
    const table = createExpiryTable({ now: () => now })
    expect(table.add('name', now + SECOND)).toBe(true)
    expect(table.add('name', now + SECOND)).toBe(false)
    expect(table.has('name')).toBe(true)
    sweepAll(table)
    expect(table.size).toBe(1)
    now += SECOND
    sweepAll(table)
    expect(table.size).toBe(0)
  })

  it('does not confuse similar names', () => {
    const table = createExpiryTable({ now: () => 0 })
    const names = [
      '',
      'a',
      'aa',
      'aaa',
      'b',
      'ab',
      'ba',
      'a\u0000',
      '\u0000a',
      'A',
      'ā',
      '😀',
      '😁',
    ]
    for (const [position, name] of names.entries()) {
      for (const later of names.slice(position)) expect(table.has(later)).toBe(false)
      table.add(name, SECOND)
      expect(table.has(name)).toBe(true)
    }
    expect(table.size).toBe(names.length)
  })

  it('mistakes none of a million names for one that it knows', () => {
    const table = createExpiryTable({ now: () => 0 })
    for (let i = 0; i < 200_000; i += 1) table.add(`known-${i}`, SECOND)
    expect(table.size).toBe(200_000)
    let mistaken = 0
    for (let i = 0; i < 1_000_000; i += 1) if (table.has(`other-${i}`)) mistaken += 1
    expect(mistaken).toBe(0)
  })
})
