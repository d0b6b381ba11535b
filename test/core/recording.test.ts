import { describe, expect, it, vi } from 'vitest'
import type { Revocation, Subject } from '../../src/core/revocation.js'
import { uuidv7Time } from '../../src/core/uuidv7.js'
import { denylistsOnFakeTime } from '../support/denylistsOnFakeTime.js'
import { type MemoryLedger, memoryLedger } from '../support/memoryLedger.js'
import { sampleRevocation, sampleToken } from '../support/samples.js'

const WINDOW_MS = 15_000
const MAX_STALENESS_MS = 3_000

const open = denylistsOnFakeTime({
  maxTokenLifetimeMs: 3_600_000,
  maxStalenessMs: MAX_STALENESS_MS,
  ledgerWindowMs: WINDOW_MS,
})

const TOKEN = () => sampleToken({ id: 'T', session: 'S' })

/** Two processes on one ledger. The second one reads it. */
async function twoProcesses(clock?: () => number) {
  const ledger = memoryLedger(clock && { clock })
  const [writer, reader] = [open({ ledger }), open({ ledger })]
  reader.follow()
  await vi.advanceTimersByTimeAsync(1_000)
  return { ledger, writer, reader }
}

/** Nothing is written before this many milliseconds have passed. */
function lockFor(ledger: MemoryLedger, ms: number) {
  ledger.lock = new Promise((resolve) => setTimeout(resolve, ms))
}

/** Runs the clock until `work` has finished, with or without success. */
async function answered(work: Promise<unknown>): Promise<boolean> {
  let outcome: boolean | undefined
  work.then(
    () => {
      outcome = true
    },
    () => {
      outcome = false
    },
  )
  while (outcome === undefined) await vi.advanceTimersByTimeAsync(100)
  return outcome
}

const idsIn = (ledger: MemoryLedger) => [...ledger.rows.keys()]

describe('a revocation whose row is written late', () => {
  it.each([
    ['by a ledger with a clock', () => Date.now()],
    ['by one without', undefined],
  ])('is acknowledged when every reader finds it within the bound, %s', async (_, clock) => {
    for (const lockedMs of [100, 4_000, 6_000, 14_000, 20_000, 60_000, 280_000]) {
      const { ledger, writer, reader } = await twoProcesses(clock)
      lockFor(ledger, lockedMs)
      expect(await answered(writer.revoke([sampleRevocation('jti:T')]))).toBe(true)
      await vi.advanceTimersByTimeAsync(MAX_STALENESS_MS)
      expect(reader.verdict(TOKEN()).status, `${lockedMs} ms`).toBe('revoked')
      expect(idsIn(ledger)).toHaveLength(lockedMs <= 4_000 ? 1 : 2)
    }
  })

  it('is accepted elsewhere for a long time if it is merely written', async () => {
    const { ledger, reader } = await twoProcesses()
    const made = sampleRevocation('jti:T')
    await vi.advanceTimersByTimeAsync(20_000)
    await ledger.append([made])
    await vi.advanceTimersByTimeAsync(MAX_STALENESS_MS)
    expect(reader.verdict(TOKEN()).status).toBe('valid')
  })

  it('fails when the ledger stays slow', async () => {
    const { ledger, writer } = await twoProcesses()
    const append = ledger.append
    ledger.append = async (revocations) => {
      await new Promise((resolve) => setTimeout(resolve, 6_000))
      return append(revocations)
    }
    const revoking = writer.revoke([sampleRevocation('jti:T')])
    revoking.catch(() => {})
    expect(await answered(revoking)).toBe(false)
    await expect(revoking).rejects.toMatchObject({ code: 'ledger-unavailable' })
  })

  it('fails when it cannot be told whether it is late', async () => {
    const { ledger, writer } = await twoProcesses()
    ledger.state = async () => {
      throw new Error('no way to the database')
    }
    expect(await answered(writer.revoke([sampleRevocation('jti:T')]))).toBe(false)
  })

  it('is noticed when the wall clock was set back in the meantime, or the machine slept', async () => {
    for (const jump of [-60_000, 60_000]) {
      const { ledger, writer } = await twoProcesses()
      lockFor(ledger, jump < 0 ? 20_000 : 100)
      const revoking = writer.revoke([sampleRevocation('jti:T')])
      vi.setSystemTime(Date.now() + jump)
      expect(await answered(revoking)).toBe(true)
      expect(idsIn(ledger)).toHaveLength(2)
      vi.setSystemTime(Date.now() - jump)
    }
  })

  it('needs no question about a single token after a recent answer, unless the machine slept', async () => {
    const { ledger, writer } = await twoProcesses(() => Date.now())
    const { state } = ledger
    const asked: string[][] = []
    ledger.state = (within, recorded) => {
      if (recorded) asked.push(recorded.map(({ subject }) => subject))
      return state(within, recorded)
    }
    const revoke = (subject: Subject) => answered(writer.revoke([sampleRevocation(subject)]))
    // How long tokens live decides how long this one is kept.
    expect(await revoke('sid:S')).toBe(true)
    expect(await revoke('jti:T')).toBe(true)
    expect(asked).toEqual([['sid:S']])

    // A sleep of less than the tolerance, which the clocks do not show.
    lockFor(ledger, 100)
    const revoking = revoke('jti:U')
    vi.setSystemTime(Date.now() + 4_950)
    expect(await revoking).toBe(true)
    expect(asked).toEqual([['sid:S'], ['jti:U']])
    expect(idsIn(ledger)).toHaveLength(4)
  })

  it.each([4_000, 9_900, 20_000, 60_000, -20_000])(
    'is accepted nowhere if the clock of the ledger has jumped by %i ms since the last answer',
    async (jump) => {
      let set = 0
      const ledger = memoryLedger({ clock: () => Date.now() + set })
      // It reads nothing, so it does not learn of the jump by itself.
      const [writer, reader] = [open({ ledger, isStrict: true }), open({ ledger })]
      reader.follow()
      expect(await answered(writer.revoke([sampleRevocation('sid:another')]))).toBe(true)
      set = jump
      await vi.advanceTimersByTimeAsync(2_000)
      expect(await answered(writer.revoke([sampleRevocation('jti:T')]))).toBe(true)
      for (let second = 0; second < 120; second += 1) {
        await vi.advanceTimersByTimeAsync(second === 0 ? MAX_STALENESS_MS : 1_000)
        // The clock of the database is put right again.
        if (second === 30) set = 0
        expect(reader.verdict(TOKEN()).status, `after ${second} s`).not.toBe('valid')
      }
    },
  )

  it('is recorded once more if its transaction stayed open for long', async () => {
    const { ledger, writer, reader } = await twoProcesses()
    const made = sampleRevocation('user:users:1', { cutoff: Date.now() })
    await vi.advanceTimersByTimeAsync(60_000)
    // The transaction commits only now.
    await writer.record([made], {})
    expect(await answered(writer.announce([made]))).toBe(true)
    expect(writer.verdict(sampleToken({ issuedAt: made.cutoff ?? 0 })).status).not.toBe('valid')
    await vi.advanceTimersByTimeAsync(MAX_STALENESS_MS)
    const token = sampleToken({ issuedAt: made.cutoff ?? 0 })
    expect(reader.verdict(token).status).toBe('revoked')
    const [first, again] = [...ledger.rows.values()] as [Revocation, Revocation]
    expect(again).toEqual({ ...first, id: again.id, expiresAt: again.expiresAt })
    expect((uuidv7Time(again.id) ?? 0) - (uuidv7Time(first.id) ?? 0)).toBeGreaterThan(59_000)
  })

  it('is found in time if it is a cut-off that the ledger moves behind the others', async () => {
    for (const lockedMs of [100, 20_000]) {
      const { ledger, writer, reader } = await twoProcesses()
      ledger.appendLater = async (cutoff) => {
        const later = { ...cutoff, cutoff: (cutoff.cutoff ?? 0) + 1_000 }
        await ledger.append([later])
        return later
      }
      lockFor(ledger, lockedMs)
      const made = sampleRevocation('user:users:1', {
        cutoff: Date.now(),
        expiresAt: Date.now() + 9e6,
      })
      const revoking = writer.revokeLater(made)
      expect(await answered(revoking)).toBe(true)
      const { cutoff: issuedAt = 0 } = (await revoking) ?? {}
      expect(issuedAt).toBe((made.cutoff ?? 0) + 1_000)
      const token = sampleToken({ issuedAt, expiresAt: Date.now() + 600_000 })
      expect(writer.verdict(token).status).toBe('revoked')
      await vi.advanceTimersByTimeAsync(MAX_STALENESS_MS)
      expect(reader.verdict(token).status, `${lockedMs} ms`).toBe('revoked')
      expect(idsIn(ledger)).toHaveLength(lockedMs === 100 ? 1 : 2)
    }
  })

  it('is not recorded as a moved cut-off by a ledger that cannot do that', async () => {
    const { ledger, writer } = await twoProcesses()
    const made = sampleRevocation('user:users:1', { cutoff: Date.now() })
    expect(await writer.revokeLater(made)).toBeUndefined()
    expect(idsIn(ledger)).toEqual([])
  })

  it('is reported to the application once', async () => {
    const ledger = memoryLedger()
    const told: string[] = []
    const writer = open({
      ledger,
      onRevoked: ({ id }) => {
        told.push(id)
        return undefined
      },
    })
    lockFor(ledger, 20_000)
    const made = sampleRevocation('jti:T')
    expect(await answered(writer.revoke([made]))).toBe(true)
    expect(told).toEqual([made.id])
  })

  it('is lifted completely, whichever of its rows is lifted', async () => {
    const { ledger, writer, reader } = await twoProcesses()
    lockFor(ledger, 20_000)
    await answered(writer.revoke([sampleRevocation('jti:T')]))
    ledger.lock = undefined
    const lifts = (await ledger.find(['jti:T'])).map(({ id, subject }) =>
      sampleRevocation(subject, { lifts: id, reason: 'lifted', expiresAt: Date.now() + 9e6 }),
    )
    await answered(writer.lift(lifts))
    await vi.advanceTimersByTimeAsync(MAX_STALENESS_MS)
    expect(writer.verdict(TOKEN()).status).not.toBe('revoked')
    expect(reader.verdict(TOKEN()).status).toBe('valid')
  })
})

describe('when processes issue tokens of different lifetimes', () => {
  const [SHORT_MS, LONG_MS] = [4_000, 120_000]
  const both = () => {
    const ledger = memoryLedger({ clock: () => Date.now() })
    const lines: string[] = []
    const log = (_: object, message: string) => void lines.push(message)
    const logger = { error: log, warn: log, info: log }
    const short = open({ ledger, logger, maxTokenLifetimeMs: SHORT_MS })
    const long = open({ ledger, maxTokenLifetimeMs: LONG_MS })
    return { ledger, lines, short, long }
  }

  it('keeps revocations for the longest of them, however short its own is', async () => {
    const { ledger, short, long } = both()
    short.follow()
    await vi.advanceTimersByTimeAsync(1_000)
    // A moment ago. The first process does not know about it yet.
    await long.declareLifetime()
    const token = sampleToken({ issuedAt: Date.now(), expiresAt: Date.now() + LONG_MS })
    for (const subject of ['sid:a-session', 'user:users:1', 'everyone'] as const) {
      const made = sampleRevocation(subject, { expiresAt: Date.now() + SHORT_MS + 10_000 })
      await answered(short.revoke([made]))
    }
    for (const { subject } of ledger.rows.values()) {
      const found = await ledger.find([subject])
      const latest = Math.max(...found.map(({ expiresAt }) => expiresAt))
      expect(latest, subject).toBeGreaterThanOrEqual(token.expiresAt + 5_000)
    }
  })

  it('does not treat a living token as too old, and logs that others live longer', async () => {
    const { short, long, lines } = both()
    const token = sampleToken({ issuedAt: Date.now(), expiresAt: Date.now() + LONG_MS })
    short.follow()
    await vi.advanceTimersByTimeAsync(20_000)
    expect(short.verdict(token)).toEqual({ status: 'revoked', by: 'too-old' })
    await long.declareLifetime()
    await vi.advanceTimersByTimeAsync(1_000)
    expect(short.verdict(token).status).toBe('valid')
    expect(short.maxTokenLifetimeMs).toBe(LONG_MS)
    expect(lines.filter((line) => line.includes('live longer'))).toHaveLength(1)
  })

  it('declares its own lifetime before it issues a token, once in a while', async () => {
    const { ledger, long } = both()
    let declared = 0
    const { declareLifetime } = ledger
    ledger.declareLifetime = async (ms) => {
      declared += 1
      return declareLifetime(ms)
    }
    await Promise.all([long.declareLifetime(), long.declareLifetime()])
    await long.declareLifetime()
    expect(declared).toBe(1)
    await vi.advanceTimersByTimeAsync(6 * 3_600_000)
    await long.declareLifetime()
    expect(declared).toBe(2)
    ledger.trouble = new Error('no way to the database')
    await vi.advanceTimersByTimeAsync(6 * 3_600_000)
    await expect(long.declareLifetime()).rejects.toThrow('no way')
  })
})
