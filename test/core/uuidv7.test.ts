import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { uuidv7, uuidv7Floor, uuidv7Time } from '../../src/core/uuidv7.js'

const instants = fc.integer({ min: 0, max: 2 ** 48 - 1 })

describe('uuidv7', () => {
  it('carries its instant to the millisecond', () => {
    fc.assert(
      fc.property(instants, (timeMs) => {
        expect(uuidv7Time(uuidv7(timeMs))).toBe(timeMs)
      }),
    )
  })

  it('sorts as text in the order of the instants', () => {
    fc.assert(
      fc.property(instants, instants, (one, other) => {
        fc.pre(one < other)
        expect(uuidv7(one) < uuidv7(other)).toBe(true)
      }),
    )
  })

  it('never sorts below the floor of its instant, and always below the next floor', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 48 - 2 }), (timeMs) => {
        const id = uuidv7(timeMs)
        expect(id >= uuidv7Floor(timeMs)).toBe(true)
        expect(id < uuidv7Floor(timeMs + 1)).toBe(true)
      }),
    )
  })

  it('has the version and variant of RFC 9562', () => {
    for (let i = 0; i < 100; i += 1) {
      expect(uuidv7(Date.now())).toMatch(
        /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      )
    }
  })

  it('makes no two equal ids within one millisecond', () => {
    const ids = new Set(Array.from({ length: 10_000 }, () => uuidv7(1_700_000_000_000)))
    expect(ids.size).toBe(10_000)
  })

  it('drops the fraction of a millisecond', () => {
    expect(uuidv7Time(uuidv7(1_700_000_000_000.75))).toBe(1_700_000_000_000)
    expect(uuidv7Floor(1_700_000_000_000.75)).toBe(uuidv7Floor(1_700_000_000_000))
  })

  it('puts the floor of a time before the epoch at the very beginning', () => {
    expect(uuidv7Floor(-60_000)).toBe('00000000-0000-7000-8000-000000000000')
  })

  it('reads no instant from any other text', () => {
    const others = [
      '',
      'abc',
      '00000000-0000-4000-8000-000000000000',
      '00000000-0000-7000-c000-000000000000',
      '018F0000-0000-7000-8000-00000000000A',
      `${uuidv7(1)}x`,
      ` ${uuidv7(1)}`,
      `${uuidv7(1)}\n`,
    ]
    for (const other of others) expect(uuidv7Time(other)).toBeUndefined()
  })
})
