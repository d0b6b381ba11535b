import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Feed } from '../../src/core/ports.js'
import type { Revocation } from '../../src/core/revocation.js'
import { eventually } from '../support/eventually.js'
import { type RecordingFollower, recordingFollower, sampleRevocation } from '../support/samples.js'

/** The place where several instances of a feed meet. */
export interface FeedWorld {
  /** Another instance of the feed, as in another process. */
  open(): Feed
  /** Records revocations and publishes them, with an instance of the world itself. */
  send(revocations: readonly Revocation[]): Promise<void>
  /** Records revocations while the feeds cannot reach the source. */
  recordMeanwhile(revocations: readonly Revocation[]): Promise<void>
  /** Vouches for everything that is recorded by now. */
  vouch(): Promise<void>
  /** What a follower with a database can provide. */
  restore(): AsyncIterable<readonly Revocation[]>
  /** Makes the source unreachable, and reachable again. */
  interrupt(): Promise<void>
  resume(): Promise<void>
  close(): Promise<void>
}

/** What every feed must do. */
export function describeFeed(name: string, make: () => Promise<FeedWorld>) {
  describe(`the feed ${name}`, () => {
    let world: FeedWorld
    const opened: Feed[] = []
    beforeAll(async () => {
      world = await make()
    })
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((feed) => feed.close()))
    })
    afterAll(() => world?.close())

    const follow = () => {
      const feed = world.open()
      opened.push(feed)
      const follower = recordingFollower({ restore: () => world.restore() })
      feed.follow(follower)
      return { feed, follower }
    }

    const learns = (follower: RecordingFollower, ...subjects: string[]) =>
      eventually(() => {
        const learned = new Set(follower.subjects())
        expect(subjects.filter((each) => !learned.has(each)).slice(0, 10)).toEqual([])
      })

    const isComplete = (follower: RecordingFollower, since: number) =>
      eventually(() => expect(follower.completions.at(-1)).toBeGreaterThanOrEqual(since))

    it('hands over what was sent before it was followed', async () => {
      await world.send([sampleRevocation('jti:before')])
      await learns(follow().follower, 'jti:before')
    })

    it('hands over what another instance sends, to each follower', async () => {
      const followers = [follow().follower, follow().follower]
      await Promise.all(followers.map((each) => isComplete(each, 0)))
      await world.send([sampleRevocation('jti:one'), sampleRevocation('sid:two')])
      await Promise.all(followers.map((each) => learns(each, 'jti:one', 'sid:two')))
    })

    it('keeps the relevant parts of a revocation: id, subject, cut-off, exception, times, reason', async () => {
      const sent = sampleRevocation('user:users:a:b', {
        cutoff: Date.now() + 5_000,
        exceptSession: 'a session',
        reason: 'password-changed',
      })
      const plain = sampleRevocation('jti:plain')
      await world.send([sent, plain])
      const { follower } = follow()
      await learns(follower, sent.subject, plain.subject)
      expect(follower.learned.find(({ id }) => id === sent.id)).toEqual(sent)
      expect(follower.learned.find(({ id }) => id === plain.id)).toStrictEqual(plain)
    })

    it('hands over far more than fits on one page', async () => {
      const many = Array.from({ length: 2_500 }, (_, i) => sampleRevocation(`jti:many-${i}`))
      await world.send(many)
      await learns(follow().follower, ...many.map(({ subject }) => subject))
    })

    it('reports completeness as of an instant that advances and is never in the future', async () => {
      const start = performance.now()
      const { follower } = follow()
      await isComplete(follower, start)
      const first = follower.completions.at(-1) ?? 0
      await isComplete(follower, first + 1)
      const { completions } = follower
      expect(completions).toEqual([...completions].sort((one, other) => one - other))
      expect(follower.completions.at(-1)).toBeLessThanOrEqual(performance.now())
    })

    it('has handed over everything that was sent before, whenever it reports that it is complete', async () => {
      const { follower } = follow()
      for (let i = 0; i < 5; i += 1) {
        await world.send([sampleRevocation(`jti:turn-${i}`)])
        const sentAt = performance.now()
        await isComplete(follower, sentAt + 1)
        expect(follower.subjects()).toContain(`jti:turn-${i}`)
      }
    })

    it('reports until when it has handed over everything that the ledger held', async () => {
      const { follower } = follow()
      await world.send([sampleRevocation('jti:vouched')])
      const sentAt = performance.now()
      await eventually(async () => {
        await world.vouch()
        expect(follower.vouchedFor.at(-1)).toBeGreaterThan(sentAt)
      })
      expect(follower.subjects()).toContain('jti:vouched')
      for (const [i, asOf] of follower.completions.entries()) {
        expect(follower.vouchedFor[i] ?? 0).toBeLessThanOrEqual(asOf)
      }
    })

    it('reads at once when asked', async () => {
      const { feed, follower } = follow()
      await feed.refresh()
      const start = performance.now()
      await world.send([sampleRevocation('jti:asked')])
      await feed.refresh()
      await feed.refresh()
      expect(follower.subjects()).toContain('jti:asked')
      expect(follower.completions.at(-1)).toBeGreaterThanOrEqual(start)
    })

    it('reports when the source is lost, claims nothing in the meantime, and catches up', async () => {
      const { feed, follower } = follow()
      await isComplete(follower, 0)
      await world.interrupt()
      const lostAt = performance.now()
      await eventually(() => expect(follower.reports.at(-1)).toBeInstanceOf(Error))
      await expect(feed.refresh()).rejects.toBeInstanceOf(Error)
      expect(follower.completions.at(-1)).toBeLessThanOrEqual(lostAt)
      await world.recordMeanwhile([sampleRevocation('jti:meanwhile')])
      await world.resume()
      await learns(follower, 'jti:meanwhile')
      await isComplete(follower, lostAt + 1)
      await eventually(() => expect(follower.reports.at(-1)).toBeUndefined())
    })

    it('stops when closed: it hands over nothing and cannot be asked any more', async () => {
      const { feed, follower } = follow()
      await isComplete(follower, 0)
      await feed.close()
      const { completions, reports } = structuredClone({
        completions: follower.completions,
        reports: follower.reports.length,
      })
      await world.send([sampleRevocation('jti:closed')])
      await learns(follow().follower, 'jti:closed')
      expect(follower.subjects()).not.toContain('jti:closed')
      expect(follower.completions).toEqual(completions)
      expect(follower.reports).toHaveLength(reports)
      await expect(feed.refresh()).rejects.toMatchObject({ code: 'feed-closed' })
    })

    it('can be closed twice, and before it was ever used', async () => {
      const feed = world.open()
      await feed.close()
      await expect(feed.close()).resolves.toBeUndefined()
    })
  })
}
