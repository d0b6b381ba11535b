import { describe, expect, it } from 'vitest'
import {
  type WriteTogetherOptions,
  writeTogether,
} from '../../../src/plugin/database/writeTogether.js'

/** A store whose writes end when the test says so. */
function openStore(options: WriteTogetherOptions = {}) {
  const writes: { items: readonly string[]; end(error?: Error): void }[] = []
  const append = writeTogether<string>(
    (items) =>
      new Promise((resolve, reject) => {
        writes.push({ items, end: (error) => (error ? reject(error) : resolve()) })
      }),
    options,
  )
  const outcomeOf = (asked: Promise<void>) =>
    asked.then(
      () => 'written',
      (error: Error) => error.message,
    )
  return { writes, append: (...items: string[]) => outcomeOf(append(items)) }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('writing together', () => {
  it('combines the requests of one turn into one write', async () => {
    const { writes, append } = openStore()
    const all = [append('a'), append('b', 'c'), append('d')]
    await turn()
    expect(writes.map(({ items }) => items)).toEqual([['a', 'b', 'c', 'd']])
    writes[0]?.end()
    expect(await Promise.all(all)).toEqual(['written', 'written', 'written'])
  })

  it('acknowledges no request before the write with its items is done', async () => {
    const { writes, append } = openStore()
    const told: string[] = []
    const first = append('a').then(() => told.push('a'))
    await turn()
    const second = append('b').then(() => told.push('b'))
    const third = append('c').then(() => told.push('c'))
    writes[0]?.end()
    await first
    await turn()
    expect(told).toEqual(['a'])
    expect(writes[1]?.items).toEqual(['b', 'c'])
    writes[1]?.end()
    await Promise.all([second, third])
    expect(told).toEqual(['a', 'b', 'c'])
  })

  it('does not let one bad request fail the others of the same write', async () => {
    const append = writeTogether<string>(async (items) => {
      if (items.includes('bad')) throw new Error('refused')
    })
    const outcomes = await Promise.allSettled([append(['a']), append(['bad']), append(['b'])])
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  })

  it('does not call a store that is down once for each waiting request', async () => {
    let writes = 0
    const append = writeTogether<number>(async () => {
      writes += 1
      throw new Error('down')
    })
    const asked = Array.from({ length: 50 }, (_, i) => append([i]))
    const outcomes = await Promise.allSettled(asked)
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true)
    expect(writes).toBe(3)
  })

  it('goes on after a failure', async () => {
    let isDown = true
    const append = writeTogether<string>(async () => {
      if (isDown) throw new Error('down')
    })
    await expect(append(['a'])).rejects.toThrow('down')
    isDown = false
    await append(['b'])
  })

  it('writes at most 200 items at once, but a larger request whole', async () => {
    const sizes: number[] = []
    const append = writeTogether<number>(async (items) => {
      sizes.push(items.length)
      await turn()
    })
    const large = Array.from({ length: 300 }, (_, i) => i)
    await Promise.all([...large.slice(0, 250).map((i) => append([i])), append(large), append([1])])
    expect(sizes).toEqual([200, 50, 300, 1])
  })

  it('runs as many writes at once as it may, and combines what comes meanwhile', async () => {
    const { writes, append } = openStore({ atOnce: 2 })
    const all: Promise<string>[] = []
    for (const item of ['a', 'b', 'c', 'd']) {
      all.push(append(item))
      await turn()
    }
    expect(writes.map(({ items }) => items)).toEqual([['a'], ['b']])
    writes[0]?.end()
    await turn()
    expect(writes[2]?.items).toEqual(['c', 'd'])
    for (const each of writes) each.end()
    expect(await Promise.all(all)).toEqual(['written', 'written', 'written', 'written'])
  })

  it('does not let requests wait for a write that hangs', async () => {
    const { writes, append } = openStore({ atOnce: 1, patienceMs: 5 })
    const hanging = append('a')
    await turn()
    const others = [append('b'), append('c')]
    await expect.poll(() => writes.length).toBe(2)
    expect(writes[1]?.items).toEqual(['b', 'c'])
    writes[1]?.end()
    expect(await Promise.all(others)).toEqual(['written', 'written'])
    // When it ends after all, its request is answered, and one write at once runs as before.
    writes[0]?.end()
    expect(await hanging).toBe('written')
    const last = [append('d')]
    await turn()
    last.push(append('e'))
    await turn()
    expect(writes.slice(2).map(({ items }) => items)).toEqual([['d']])
    writes[2]?.end()
    await turn()
    writes[3]?.end()
    expect(await Promise.all(last)).toEqual(['written', 'written'])
  })

  it('gives up no request because of others that the database does not take', async () => {
    const append = writeTogether<string>(async (items) => {
      if (items.includes('bad'))
        throw new Error('failed query', { cause: Object.assign(new Error(), { code: '22021' }) })
    })
    const asked = ['bad', 'bad', 'bad', 'good'].map((item) => append([item]))
    const outcomes = await Promise.allSettled(asked)
    expect(outcomes.map(({ status }) => status)).toEqual([
      'rejected',
      'rejected',
      'rejected',
      'fulfilled',
    ])
  })

  it('answers every request with the result of the write that had its items', async () => {
    const ask = writeTogether<number, number>(async (items) => items.length)
    expect(await Promise.all([ask([1]), ask([2, 3])])).toEqual([3, 3])
    expect(await ask([])).toBe(0)
  })
})
