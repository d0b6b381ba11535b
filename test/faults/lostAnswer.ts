import { setTimeout as pause } from 'node:timers/promises'
import { ask } from './ask.js'
import type { Checker, Tracked } from './checker.js'
import { followUp } from './follow.js'
import type { Member } from './member.js'
import { mint } from './mint.js'
import { tokenIn, trackedFrom } from './people.js'
import type { Random } from './random.js'
import { TOKEN_LIFETIME_S, WRITE_TIMEOUT_MS } from './settings.js'
import type { System } from './system.js'

export interface LostAnswerOptions {
  system: System
  checker: Checker
  random: Random
  /** Users whose password nobody changes. */
  userIds: readonly number[]
}

/** A client without an answer retries for this long. */
const PATIENCE_MS = 60_000

/**
 * A client refreshes, never gets the answer, and retries with the old token when the grace period
 * is long over. It must be let in, because nobody has used the new token. Then a thief with a copy
 * of the old token refreshes it too. By now the session has gone on without that token, so the
 * session must end.
 */
export function createLostAnswers({ system, checker, random, userIds }: LostAnswerOptions) {
  const { apps, members } = system

  /** Refreshes until an app has said yes or no. */
  const refresh = async (token: Tracked) => {
    const until = performance.now() + PATIENCE_MS
    while (performance.now() < until) {
      const app = random.pick(apps)
      const { life } = app
      const answer = await ask(app.origin, {
        ...{ path: '/api/users/refresh-token', method: 'POST' },
        ...{ token: token.text, timeoutMs: WRITE_TIMEOUT_MS },
      })
      if (answer.status === 200 || answer.status === 401) {
        const text = answer.status === 200 ? tokenIn(answer) : undefined
        const made = `refresh by ${life}`
        const successor = text ? trackedFrom(text, { checker, made }) : undefined
        return { app, life, answer, successor }
      }
      await pause(random.between(100, 500))
    }
    throw new Error('No app could refresh a token')
  }

  /** The stolen token is sent until the app that is asked has noticed the theft. */
  const steal = async (stolen: Tracked, session: readonly Tracked[]) => {
    const until = performance.now() + PATIENCE_MS
    checker.doubt(session)
    const [current] = session as [Tracked]
    while (performance.now() < until) {
      const { app, life, answer, successor } = await refresh(stolen)
      if (successor) return accuse('lost', app, stolen)
      // If the session could not be ended because the ledger is locked, it goes on.
      if ((await checker.check(current, app)) !== 'refused') {
        await pause(random.between(100, 500))
        continue
      }
      checker.acknowledge(session, { answer, life, how: 'reuse-detected' })
      return Promise.all(session.map((token) => followUp(token, { checker, members })))
    }
    accuse('lost', system.apps[0], current)
  }

  const accuse = (kind: 'lost' | 'living-refused', app: Member, token: Tracked) =>
    checker.accuse(kind, app, token, 0)

  return async function loseAnswer(waitMs: number): Promise<void> {
    const { usualOffsetMs } = random.pick(apps)
    const { text, ...minted } = mint({
      ...{ userId: random.pick(userIds), lifetimeS: TOKEN_LIFETIME_S },
      clockOffsetMs: usualOffsetMs,
    })
    const old = checker.track(text, minted)
    checker.doubt([old])
    const lost = (await refresh(old)).successor
    await pause(waitMs)
    const { app, successor } = await refresh(old)
    if (!successor) return accuse('living-refused', app, old)
    await Promise.all(members.map((member) => checker.check(successor, member)))
    if (lost) checker.doubt([lost])
    await steal(old, [successor, old, ...(lost ? [lost] : [])])
  }
}
