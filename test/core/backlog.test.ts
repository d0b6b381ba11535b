import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createBacklog } from '../../src/core/backlog.js'
import type { Feed, Logger } from '../../src/core/ports.js'
import type { Revocation } from '../../src/core/revocation.js'
import { sampleRevocation } from '../support/samples.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A feed that accepts, refuses or never answers. */
function testFeed() {
  const sent: string[] = []
  const batches: number[] = []
  const state = { mood: 'takes' as 'takes' | 'refuses' | 'hangs', delayMs: 5, sent, batches }
  const feed: Feed = {
    async publish(revocations: readonly Revocation[]) {
      await new Promise((resolve) => setTimeout(resolve, state.delayMs))
      if (state.mood === 'hangs') await new Promise(() => {})
      if (state.mood === 'refuses') throw new Error('refused')
      batches.push(revocations.length)
      sent.push(...revocations.map(({ subject }) => subject))
    },
    vouch: async () => {},
    follow: () => {},
    refresh: async () => {},
    close: async () => {},
  }
  return { feed, state }
}

function recordingLogger() {
  const lines: string[] = []
  const logger: Logger = {
    error: (_, message) => void lines.push(`error ${message}`),
    warn: (_, message) => void lines.push(`warn ${message}`),
    info: (_, message) => void lines.push(`info ${message}`),
  }
  return { lines, logger }
}

const setUp = () => {
  const { feed, state } = testFeed()
  const { lines, logger } = recordingLogger()
  return {
    backlog: createBacklog({ feed, retentionMs: () => 3_600_000, now: Date.now, logger }),
    state,
    lines,
  }
}

const many = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => sampleRevocation(`jti:${from + i}`))

/** How long `work` takes by the clock of the test. */
const timed = async (work: Promise<void>) => {
  const start = Date.now()
  const taken = work.then(() => Date.now() - start)
  await vi.advanceTimersByTimeAsync(10_000)
  return taken
}

describe('the backlog', () => {
  it('sends at once and waits until everything is sent', async () => {
    const { backlog, state } = setUp()
    expect(await timed(backlog.send(many(1), { waitMs: 50 }))).toBe(5)
    expect(state.sent).toEqual(['jti:0'])
    expect(backlog.length).toBe(0)
  })

  it('never waits longer than allowed', async () => {
    const { backlog, state } = setUp()
    state.mood = 'hangs'
    expect(await timed(backlog.send(many(1), { waitMs: 50 }))).toBeLessThanOrEqual(51)
    expect(await timed(backlog.send(many(1), { waitMs: 50 }))).toBeLessThanOrEqual(51)
    expect(backlog.length).toBe(2)
  })

  it('does not wait at all for a feed that is known to fail', async () => {
    const { backlog, state } = setUp()
    state.mood = 'refuses'
    await timed(backlog.send(many(1), { waitMs: 50 }))
    expect(await timed(backlog.send(many(1), { waitMs: 50 }))).toBe(0)
    expect(backlog.length).toBe(2)
    await backlog.close()
  })

  it('keeps what a failing feed did not accept, and sends it in order when the feed recovers', async () => {
    const { backlog, lines, state } = setUp()
    state.mood = 'refuses'
    await timed(backlog.send(many(2), { waitMs: 50 }))
    await timed(backlog.send(many(2, 2), { waitMs: 50 }))
    expect(state.sent).toEqual([])
    state.mood = 'takes'
    await vi.advanceTimersByTimeAsync(300)
    expect(state.sent).toEqual(['jti:0', 'jti:1', 'jti:2', 'jti:3'])
    expect(backlog.length).toBe(0)
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['warn', 'info'])
  })

  it('drops what expired while it waited', async () => {
    const { backlog, state } = setUp()
    state.mood = 'refuses'
    const short = sampleRevocation('jti:short', { expiresAt: Date.now() + 1_000 })
    await timed(backlog.send([short, ...many(1)], { waitMs: 50 }))
    state.mood = 'takes'
    await vi.advanceTimersByTimeAsync(1_000)
    expect(state.sent).toEqual(['jti:0'])
    expect(backlog.length).toBe(0)
  })

  it('sends in batches, each once', async () => {
    const { backlog, state } = setUp()
    await timed(backlog.send(many(1_201), { waitMs: 50 }))
    expect(state.batches).toEqual([500, 500, 201])
    expect(new Set(state.sent).size).toBe(1_201)
  })

  it('sends what is added while another batch is being sent', async () => {
    const { backlog, state } = setUp()
    const first = backlog.send(many(1), { waitMs: 50 })
    await vi.advanceTimersByTimeAsync(2)
    const second = backlog.send(many(1, 1), { waitMs: 50 })
    await vi.advanceTimersByTimeAsync(50)
    await Promise.all([first, second])
    expect(state.sent).toEqual(['jti:0', 'jti:1'])
  })

  it('leaves nothing behind that is added just after a batch was sent', async () => {
    for (let moment = 0; moment < 30; moment += 1) {
      const { backlog, state } = setUp()
      state.delayMs = 0
      const first = backlog.send(many(1), { waitMs: 50 })
      vi.advanceTimersToNextTimer()
      for (let i = 0; i < moment; i += 1) await Promise.resolve()
      const second = backlog.send(many(1, 1), { waitMs: 50 })
      await vi.advanceTimersByTimeAsync(100)
      await Promise.all([first, second])
      expect(state.sent).toEqual(['jti:0', 'jti:1'])
    }
  })

  it('starts nothing new once it is closed', async () => {
    const { backlog, state } = setUp()
    state.mood = 'refuses'
    await timed(backlog.send(many(1), { waitMs: 50 }))
    const closing = backlog.close()
    await vi.advanceTimersByTimeAsync(10)
    await closing
    state.mood = 'takes'
    await vi.advanceTimersByTimeAsync(5_000)
    expect(state.sent).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
  })
})
