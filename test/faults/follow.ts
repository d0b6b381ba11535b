import { setTimeout as pause } from 'node:timers/promises'
import type { Checker, Tracked } from './checker.js'
import type { Member } from './member.js'
import { BOUND_MS } from './settings.js'

/**
 * Sends an ended token to every process: at once, then repeatedly until each refuses it, and once
 * more when the bound has passed.
 */
export async function followUp(
  token: Tracked,
  { checker, members }: { checker: Checker; members: readonly Member[] },
): Promise<void> {
  const until = performance.now() + BOUND_MS
  await Promise.all(
    members.map(async (member) => {
      for (let waitMs = 20; performance.now() < until; waitMs *= 2) {
        if ((await checker.check(token, member)) === 'refused') break
        await pause(Math.min(waitMs, 500))
      }
      await pause(Math.max(0, until + 1 - performance.now()))
      await checker.check(token, member)
    }),
  )
}

/** Follows ended tokens while the run goes on. */
export function createFollowing(options: { checker: Checker; members: readonly Member[] }) {
  const following = new Set<Promise<void>>()
  return {
    follow(tokens: readonly Tracked[]) {
      for (const token of tokens) {
        const kept = followUp(token, options).finally(() => following.delete(kept))
        following.add(kept)
      }
    },
    /** Ends when all of them have been followed. */
    async stop() {
      while (following.size > 0) await Promise.all(following)
    },
  }
}
