import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Ledger, SliceDigest } from '../../src/core/ports.js'
import type { Revocation } from '../../src/core/revocation.js'
import { countBetween, digestOf, MINUTE_MS } from '../../src/core/rowDigest.js'
import { uuidv7 } from '../../src/core/uuidv7.js'
import { sampleRevocation } from '../support/samples.js'

export interface OpenedLedger {
  ledger: Ledger
  /** Whether it counts rows for comparisons. */
  isCounting: boolean
  /** Whether it counts the rows of the recent part by the time in their ids. */
  isSlicing: boolean
  /** More rows than fit on one page. */
  rowsBeyondOnePage: number
  close(): Promise<void>
}

/** What every ledger must do. `make` opens an empty one. */
export function describeLedger(name: string, make: () => Promise<OpenedLedger>) {
  describe(`the ledger ${name}`, () => {
    let opened: OpenedLedger
    let ledger: Ledger
    beforeAll(async () => {
      opened = await make()
      ledger = opened.ledger
    })
    afterAll(() => opened?.close())

    const readAll = async (since = 0) => {
      const rows: Revocation[] = []
      for await (const page of ledger.read({ since })) rows.push(...page)
      return rows
    }
    const readOne = async (id: string) => (await readAll()).filter((each) => each.id === id)

    it('returns every field of what was recorded; a reading only what others must know', async () => {
      const known = sampleRevocation('user:users:full', {
        cutoff: Date.now() + 5_001,
        exceptSession: 'a-session',
        reason: 'password-changed',
        expiresAt: Date.now() + 7_200_123,
      })
      const full = {
        ...known,
        actor: 'users:2',
        ip: '2001:db8::1',
        note: 'A note with "quotes"\nand a second line',
      }
      await ledger.append([full])
      expect(await readOne(full.id)).toEqual([expect.objectContaining(known)])
      expect(await ledger.find(['user:users:full'])).toEqual([full])
    })

    it('returns when it takes effect, to the millisecond', async () => {
      const later = sampleRevocation('jti:later', { effectiveAt: Date.now() + 10_001 })
      await ledger.append([later])
      expect(await readOne(later.id)).toEqual([later])
      expect(await ledger.find(['jti:later'])).toEqual([later])
    })

    it('leaves out lifted revocations in look-ups, and returns both records in a reading', async () => {
      const [lifted, inForce] = [sampleRevocation('sid:lifted'), sampleRevocation('sid:lifted')]
      const lift = sampleRevocation('sid:lifted', { lifts: lifted.id, reason: 'lifted' })
      await ledger.append([lifted, inForce])
      await ledger.append([lift])
      expect(await ledger.find(['sid:lifted'])).toEqual([inForce])
      expect(await readOne(lifted.id)).toEqual([lifted])
      expect(await readOne(lift.id)).toEqual([lift])
    })

    it('returns no field that was not recorded', async () => {
      const plain = sampleRevocation('jti:plain')
      await ledger.append([plain])
      expect(await ledger.find(['jti:plain'])).toStrictEqual([plain])
    })

    it('keeps every scope apart', async () => {
      const subjects = ['everyone', 'user:users:s', 'sid:s', 'jti:s'] as const
      await ledger.append(subjects.map((subject) => sampleRevocation(subject)))
      for (const subject of subjects) {
        expect((await ledger.find([subject])).map((each) => each.subject)).toEqual([subject])
      }
      expect(await ledger.find(subjects)).toHaveLength(4)
    })

    it('returns subjects with every character that a claim can contain', async () => {
      const subject = `jti:a'b"c%d_e\\f:g 😀 日本` as const
      await ledger.append([sampleRevocation(subject)])
      expect((await ledger.find([subject])).map((each) => each.subject)).toEqual([subject])
      expect(await ledger.find(['jti:a_b', 'jti:%'])).toEqual([])
    })

    it('accepts the same revocation again without harm', async () => {
      const revocation = sampleRevocation('jti:twice')
      await ledger.append([revocation])
      await ledger.append([revocation, sampleRevocation('jti:beside')])
      expect(await ledger.find(['jti:twice'])).toEqual([revocation])
      expect(await ledger.find(['jti:beside'])).toHaveLength(1)
    })

    it('accepts many at once, each separately', async () => {
      const rows = Array.from({ length: 60 }, (_, i) => sampleRevocation(`jti:at-once-${i % 50}`))
      await Promise.all(rows.map((row, i) => ledger.append(i % 7 === 0 ? [row, row] : [row])))
      for (const row of rows) expect(await ledger.find([row.subject])).toContainEqual(row)
    })

    it('fails for the one that the database does not take, of many at once', async () => {
      const rows = Array.from({ length: 20 }, (_, i) =>
        sampleRevocation(`jti:beside-a-bad-one-${i}`, i % 9 === 4 ? { note: 'a\u0000b' } : {}),
      )
      const outcomes = await Promise.allSettled(rows.map((row) => ledger.append([row])))
      for (const [i, row] of rows.entries()) {
        const isThere = (await ledger.find([row.subject])).length > 0
        expect(outcomes[i]?.status, row.subject).toBe(isThere ? 'fulfilled' : 'rejected')
        if (row.note === undefined) expect(isThere).toBe(true)
      }
    })

    it('returns the cut-offs of every subject after an instant', async () => {
      const instant = Date.now() + 1_000_000
      const cutoffs = [instant - 1, instant, instant + 1, instant + 2]
      await ledger.append(
        cutoffs.map((cutoff, i) => sampleRevocation(`user:users:after-${i}`, { cutoff })),
      )
      const found = await ledger.cutoffsAfter(instant)
      expect(cutoffsOf(found)).toEqual([instant + 1, instant + 2])
    })

    it('keeps every revocation of one subject', async () => {
      const cutoffs = [1_000, 3_000, 2_000]
      for (const cutoff of cutoffs) {
        await ledger.append([sampleRevocation('user:users:many', { cutoff })])
      }
      const found = await ledger.find(['user:users:many'])
      expect(cutoffsOf(found)).toEqual([1_000, 2_000, 3_000])
    })

    it('finds nothing for no subject, and for one that was never named', async () => {
      expect(await ledger.find([])).toEqual([])
      expect(await ledger.find(['jti:never'])).toEqual([])
    })

    it('reads what was in force at an instant', async () => {
      const now = Date.now()
      const past = sampleRevocation('jti:was-in-force', { expiresAt: now - 1_000 })
      await ledger.append([past])
      for (const since of [0, now - 60_000]) {
        const read = async (at: number) => {
          const ids: string[] = []
          for await (const page of ledger.read({ since, at })) ids.push(...page.map(({ id }) => id))
          return ids
        }
        expect(await read(now - 2_000)).toContain(past.id)
        expect(await read(now)).not.toContain(past.id)
      }
    })

    it('does not return what has expired', async () => {
      const now = Date.now()
      const past = sampleRevocation('jti:past', { now: now - 10_000, expiresAt: now - 1 })
      await ledger.append([past])
      expect(await ledger.find(['jti:past'])).toEqual([])
      expect(await readOne(past.id)).toEqual([])
    })

    it('reads all exactly once, even if many of them expire at the same instant', async () => {
      const expiresAt = Date.now() + 50_000_000
      const rows = Array.from({ length: opened.rowsBeyondOnePage }, (_, i) =>
        sampleRevocation(`jti:all-${i}`, { expiresAt: expiresAt + Math.floor(i / 700) }),
      )
      await ledger.append(rows)
      const read = (await readAll()).filter((each) => each.subject.startsWith('jti:all-'))
      expect(read.map(({ id }) => id).sort()).toEqual(rows.map(({ id }) => id).sort())
    })

    it('returns the time on its clock, if it has one, and the longest lifetime that was declared', async () => {
      const before = Date.now()
      const { now = before } = await ledger.state()
      expect(now).toBeGreaterThanOrEqual(before - 1)
      expect(now).toBeLessThanOrEqual(Date.now() + 1)
      await ledger.declareLifetime(120_000)
      await ledger.declareLifetime(4_000)
      await ledger.declareLifetime(120_000)
      expect((await ledger.state()).longestLifetimeMs).toBe(120_000)
    })

    it('does not treat a declared lifetime as a revocation', async () => {
      await ledger.declareLifetime(130_000)
      const subjects = new Set((await readAll()).map(({ subject }) => subject))
      expect([...subjects].filter((each) => !/^(jti:|sid:|user:|everyone$)/.test(each))).toEqual([])
      expect(await ledger.find(['lifetime' as never])).toEqual([])
    })

    it('reads what was decided at or after `since`', async () => {
      const start = Date.now() - 1_000_000
      const rows = [0, 1, 2].map((ms) => sampleRevocation(`jti:since-${ms}`, { now: start + ms }))
      await ledger.append(rows)
      const ids = (await readAll(start + 1)).map(({ id }) => id)
      expect(ids).toEqual(expect.arrayContaining([rows[1]?.id, rows[2]?.id]))
      expect(ids).not.toContain(rows[0]?.id)
    })

    it('reads everything exactly once, in the order of ids, over several pages', async () => {
      const start = Date.now() - 500_000
      const rows = Array.from({ length: opened.rowsBeyondOnePage }, (_, i) => {
        // Several within one millisecond, and not recorded in order.
        const now = start + Math.floor(((i * 7) % opened.rowsBeyondOnePage) / 3)
        return sampleRevocation(`jti:page-${i}`, {
          now,
          id: uuidv7(now),
          expiresAt: Date.now() + 1e6,
        })
      })
      await ledger.append(rows)
      const sizes: number[] = []
      const read: string[] = []
      for await (const page of ledger.read({ since: start })) {
        sizes.push(page.length)
        read.push(
          ...page.filter((each) => each.subject.startsWith('jti:page-')).map(({ id }) => id),
        )
      }
      expect(sizes.length).toBeGreaterThan(1)
      expect(read).toEqual(rows.map(({ id }) => id).sort())
    })

    describe('counts what a reader can have read', () => {
      it('by the period in which it expires, without what revokes nothing', async () => {
        const at = Date.now()
        const firstMinute = Math.ceil(at / MINUTE_MS) + 5
        const rows = Array.from({ length: 300 }, (_, i) =>
          sampleRevocation(`jti:counted-${i}`, {
            now: at - 1_000 * i,
            expiresAt: firstMinute * MINUTE_MS + 777 * i - 1,
          }),
        )
        await ledger.append(rows)
        await ledger.declareLifetime(500 * MINUTE_MS)
        const until = at - 20_000
        const everything = await readAll()
        for (const since of [0, at - 250_000])
          for (const periods of [
            { firstMinute, minutes: 1, count: 4, isOpen: false },
            { firstMinute, minutes: 2, count: 2, isOpen: true },
            { firstMinute: firstMinute + 1, minutes: 1, count: 1, isOpen: true },
            { firstMinute, minutes: 1, count: 2_000, isOpen: false },
          ]) {
            const counted = countBetween(since, until)
            counted.take(everything)
            const expected = digestOf(counted.counts, periods)
            expect(expected.some((amount) => amount > 20)).toBe(true)
            const found = await ledger.digest?.({ since, until, periods })
            expect(found).toEqual(opened.isCounting ? expected : undefined)
          }
      })

      it('and reads the rows that expire in one of the minutes', async () => {
        const expiringFrom = (Math.ceil(Date.now() / MINUTE_MS) + 600) * MINUTE_MS
        const rows = [-1, 0, 1, MINUTE_MS - 1, MINUTE_MS].map((ms) =>
          sampleRevocation(`jti:within-${ms}`, { expiresAt: expiringFrom + ms }),
        )
        await ledger.append(rows)
        const read: string[] = []
        const minute = { at: expiringFrom - 1, before: expiringFrom + MINUTE_MS }
        for await (const page of ledger.read({ since: 0, ...minute }))
          read.push(...page.map(({ id }) => id))
        expect(read.sort()).toEqual(
          rows
            .slice(1, 4)
            .map(({ id }) => id)
            .sort(),
        )
      })
    })

    it('reads what was decided before `until`, in pages too', async () => {
      const start = Date.now() - 2_000_000
      const rows = Array.from({ length: opened.rowsBeyondOnePage }, (_, i) =>
        sampleRevocation(`jti:until-${i}`, { now: start + i, expiresAt: Date.now() + 1e6 }),
      )
      await ledger.append(rows)
      const read: string[] = []
      const until = start + rows.length - 10
      for await (const page of ledger.read({ since: start + 5, until }))
        read.push(...page.map(({ id }) => id))
      expect(read).toEqual(rows.slice(5, -10).map(({ id }) => id))
    })

    it('counts by the beginning of the ids what it would read, or does not count', async () => {
      const start = Date.now() - 3_000_000
      const rows = Array.from({ length: 300 }, (_, i) =>
        sampleRevocation(`jti:sliced-${i}`, { now: start + 7 * i, expiresAt: Date.now() + 1e6 }),
      )
      await ledger.append(rows)
      await ledger.declareLifetime(600 * MINUTE_MS)
      const range = { since: start + 700, at: Date.now() }
      const expected = new Map<string, SliceDigest>()
      for await (const page of ledger.read(range)) {
        for (const { id } of page) {
          const { rows, tails } = expected.get(id.slice(0, 11)) ?? { rows: 0, tails: 0 }
          const tail = Number.parseInt(id.slice(-7), 16)
          expected.set(id.slice(0, 11), { rows: rows + 1, tails: tails + tail })
        }
      }
      expect(expected.size).toBeGreaterThan(5)
      expect(await ledger.slices?.(range)).toEqual(opened.isSlicing ? expected : undefined)
    })

    it('records nothing when there is nothing to record', async () => {
      const { length } = await readAll()
      await ledger.append([])
      expect(await readAll()).toHaveLength(length)
    })
  })
}

const cutoffsOf = (revocations: readonly Revocation[]) =>
  revocations.map(({ cutoff = 0 }) => cutoff).sort((one, other) => one - other)
