import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createDeferredTable } from '../../src/core/deferredTable.js'

const START = 1_700_000_000_000

function tableAt(time = START) {
  const clock = { time }
  return { clock, table: createDeferredTable({ now: () => clock.time }) }
}

it('a name counts from its effect until it expires, to the millisecond', () => {
  const { clock, table } = tableAt()
  expect(table.add('name', START + 60_000, START + 10_000)).toBe(true)
  clock.time = START + 9_999
  expect(table.has('name')).toBe(false)
  clock.time = START + 10_000
  expect(table.has('name')).toBe(true)
  clock.time = START + 60_000
  expect(table.has('name')).toBe(false)
})

it('a name that counts at once is not delayed by one that waits, in either order', () => {
  for (const effects of [
    [0, START + 10_000],
    [START + 10_000, 0],
  ]) {
    const { table } = tableAt()
    for (const effectiveAt of effects) table.add('name', START + 60_000, effectiveAt)
    expect(table.has('name')).toBe(true)
  }
})

it('reports whether something was new: an earlier effect or a later expiry', () => {
  const { clock, table } = tableAt()
  const add = (expires: number, effective: number) =>
    table.add('name', START + expires, START + effective)
  expect(add(60_000, 10_000)).toBe(true)
  expect(add(60_000, 10_000)).toBe(false)
  expect(add(50_000, 20_000)).toBe(false)
  expect(add(60_000, 9_000)).toBe(true)
  expect(add(70_000, 20_000)).toBe(true)
  clock.time = START + 9_000
  expect(add(70_000, 9_000)).toBe(false)
  while (table.sweepPending(1));
  expect(add(70_000, 9_000)).toBe(false)
})

it('nothing remains of what waited, took effect and expired', () => {
  const { clock, table } = tableAt()
  for (let i = 0; i < 1_000; i += 1) table.add(`name-${i}`, START + 60_000, START + 1_000 + i)
  expect(table.size).toBe(1_000)
  clock.time = START + 1_500
  while (table.sweepPending(7));
  expect([table.has('name-500'), table.has('name-501')]).toEqual([true, false])
  expect(table.size).toBe(1_000)
  clock.time = START + 61_000
  while (table.sweepPending(7));
  while (table.sweep(10_000));
  expect(table.size).toBe(0)
})

it('agrees with a plain list, whatever was added and swept in whatever order', () => {
  const step = fc.oneof(
    fc.record({
      kind: fc.constant('add' as const),
      name: fc.constantFrom('a', 'b', 'c'),
      life: fc.integer({ min: 1, max: 20 }),
      wait: fc.integer({ min: 0, max: 10 }),
    }),
    fc.record({ kind: fc.constant('pass' as const), seconds: fc.integer({ min: 0, max: 6 }) }),
    fc.record({ kind: fc.constant('sweep' as const), count: fc.integer({ min: 1, max: 3 }) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const { clock, table } = tableAt()
      const all: { name: string; from: number; to: number }[] = []
      for (const each of steps) {
        if (each.kind === 'pass') clock.time += each.seconds * 1_000
        if (each.kind === 'sweep') table.sweepPending(each.count)
        if (each.kind === 'add') {
          const [from, to] = [clock.time + each.wait * 1_000, clock.time + each.life * 1_000]
          table.add(each.name, to, each.wait === 0 ? 0 : from)
          all.push({ name: each.name, from, to })
        }
        for (const name of ['a', 'b', 'c']) {
          const own = all.filter((one) => one.name === name)
          const isIn = own.some(({ from, to }) => from <= clock.time && clock.time < to)
          // Periods that overlap or touch are one: the earliest effect and the latest expiry.
          const isSpanned =
            own.some(({ from }) => from <= clock.time) && own.some(({ to }) => clock.time < to)
          if (isIn) expect(table.has(name)).toBe(true)
          if (!isSpanned) expect(table.has(name)).toBe(false)
        }
      }
    }),
    { numRuns: 500 },
  )
})
