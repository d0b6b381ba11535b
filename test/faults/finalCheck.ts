import { setTimeout as pause } from 'node:timers/promises'
import type { Reaction } from './ask.js'
import type { Checker, Tracked } from './checker.js'
import type { Member } from './member.js'
import { BOUND_MS } from './settings.js'
import type { System } from './system.js'

const IN_FLIGHT = 32
const HEALED_WITHIN_MS = 60_000
/** Later, a busy process may answer 503 at first, but must answer properly within this time. */
const PATIENCE_MS = 5 * BOUND_MS

/**
 * Tries every token at a guard that starts right after Redis was emptied while the apps go on. Then
 * tries every token everywhere, after all processes were restarted and Redis was emptied again.
 */
export async function checkAfterRestart(
  system: System,
  { checker, living }: { checker: Checker; living: readonly Tracked[] },
): Promise<void> {
  const { guard, members, store } = system

  const tryAll = (member: Member) => {
    const healedBy = performance.now() + HEALED_WITHIN_MS
    let isIll = false
    return each([...checker.revoked, ...living], async (token) => {
      const answeredBy = Math.max(healedBy, performance.now() + PATIENCE_MS)
      while (!isClear(await checker.check(token, member))) {
        isIll ||= performance.now() > answeredBy
        if (isIll) return checker.accuse('not-healed', member, token, 0)
        await pause(250)
      }
    })
  }

  await system.disturb(['processes', 'redis', 'ledger'], async () => {
    await guard.kill()
    await store.client.flushall()
    await guard.start()
    await tryAll(guard)
    await Promise.all(members.map((member) => member.kill()))
    await store.kill()
    await store.restart()
    await Promise.all(members.map((member) => member.start()))
    await store.client.flushall()
    await Promise.all(members.map(tryAll))
  })
}

const isClear = (reaction: Reaction) => reaction === 'accepted' || reaction === 'refused'

/** A few at a time, in order. */
async function each<T>(list: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const items = list.values()
  const worker = async () => {
    for (const item of items) await work(item)
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker))
}
