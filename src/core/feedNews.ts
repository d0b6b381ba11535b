import type { Revocation } from './revocation.js'

/** What the ledger told before the feed did. The feed usually brings it within this time. */
export interface FeedNews {
  /** The ledger told these. `missing` gets those that the feed has not brought in time. */
  expect(revocations: readonly Revocation[]): void
  /** The feed brought these. */
  came(revocations: readonly Revocation[]): void
  /** Calls `act` when nothing is expected any more, at once if that is so now. */
  afterAll(act: () => void): void
  stop(): void
}

/** A busy feed is read in batches, and a busy machine reads it late. */
export const FEED_NEWS_MS = 250

export function createFeedNews(missing: (revocations: readonly Revocation[]) => void): FeedNews {
  const expected = new Map<string, Revocation>()
  const acts: (() => void)[] = []
  let timer: ReturnType<typeof setTimeout> | undefined

  const end = () => {
    timer = undefined
    missing([...expected.values()])
    expected.clear()
    for (const act of acts.splice(0)) act()
  }

  return {
    expect(revocations) {
      if (revocations.length === 0) return
      for (const each of revocations) expected.set(each.id, each)
      if (timer) return
      timer = setTimeout(end, FEED_NEWS_MS)
      timer.unref?.()
    },
    came(revocations) {
      if (expected.size > 0) for (const { id } of revocations) expected.delete(id)
    },
    afterAll(act) {
      if (timer) acts.push(act)
      else act()
    },
    stop: () => clearTimeout(timer),
  }
}
