import { expect } from 'vitest'
import type { Feed, Follower } from '../../src/core/ports.js'
import { type RedisFeedOptions, redisFeed } from '../../src/redis/index.js'
import { eventually } from '../support/eventually.js'
import { memoryLedger } from '../support/memoryLedger.js'
import { type RecordingFollower, recordingFollower, sampleRevocation } from '../support/samples.js'

type Overrides = Partial<Pick<Follower, 'restore' | 'retention' | 'warn'>>

export interface Followed {
  readonly feed: ReturnType<typeof redisFeed>
  readonly follower: RecordingFollower
}

/** Feeds with a recording follower, closed together. */
export function createFollowing() {
  const opened: Feed[] = []
  const follow = (options: RedisFeedOptions, { warn, ...overrides }: Overrides = {}): Followed => {
    const feed = redisFeed(options)
    const follower = recordingFollower(overrides)
    feed.follow(warn ? Object.assign(follower, { warn }) : follower)
    opened.push(feed)
    return { feed, follower }
  }
  /** A process with a database, one without, and the messages of the first one. */
  const twoProcesses = async (options: RedisFeedOptions, guardOptions = options) => {
    const ledger = memoryLedger()
    const withLedger = follow(options, { restore: () => ledger.read({ since: 0 }) })
    const guard = follow(guardOptions)
    await Promise.all([isComplete(withLedger.follower, 0), isComplete(guard.follower, 0)])
    const send = async (...jtis: string[]) => {
      const revocations = jtis.map((jti) => sampleRevocation(`jti:${jti}`))
      await ledger.append(revocations)
      await withLedger.feed.publish(revocations)
    }
    return { guard, ledger, send, withLedger }
  }
  const close = async () => {
    await Promise.all(opened.splice(0).map((feed) => feed.close()))
  }
  return { close, follow, twoProcesses }
}

export const learns = (follower: RecordingFollower, ...subjects: string[]) =>
  eventually(() => expect(follower.subjects()).toEqual(expect.arrayContaining(subjects)))

/** Waits until the follower was told that it knows everything from before `since`. */
export const isComplete = (follower: RecordingFollower, since: number) =>
  eventually(() => expect(follower.completions.at(-1)).toBeGreaterThanOrEqual(since))
