import { setTimeout as pause } from 'node:timers/promises'
import { ask } from './ask.js'
import type { Checker, Tracked } from './checker.js'
import { followUp } from './follow.js'
import type { Victims } from './injectors/injection.js'
import type { Member } from './member.js'
import { mint } from './mint.js'
import type { Random } from './random.js'
import { TOKEN_LIFETIME_S, WRITE_TIMEOUT_MS } from './settings.js'
import type { System } from './system.js'

export interface Load extends Pick<Victims, 'logOutAt' | 'quietly'> {
  /** Ends when everything that is running has been answered. */
  stop(): Promise<void>
  readonly living: readonly Tracked[]
}

export interface LoadOptions {
  system: System
  checker: Checker
  random: Random
  /** Logouts per second, in addition to those of the people. */
  perSecond: number
  /** Users whose password nobody changes. */
  userIds: readonly number[]
}

const STANDING_TOKENS = 24
/** A killed app does not answer. Its fault goes on. */
const PATIENCE_MS = 1_500
const SAMPLES_PER_SECOND = 30
const MOST_AT_ONCE = 200
/** A client without an answer retries, less and less often. */
const RETRY_MS = { first: 200, most: 3_000 }
/** One in this many tokens expires soon. Its revocation must not end before it does. */
const SHORT_LIVED_CHANCE = 0.1

/**
 * Logouts at a steady rate, and requests with living and ended tokens to every process. The tokens
 * are signed here with the app's secret, as a login there would sign them, because hashing
 * passwords would limit the rate to ten a second.
 */
export function startLoad(options: LoadOptions): Load {
  const { system, checker, random, perSecond, userIds } = options
  const { apps, members } = system
  const working = new Set<Promise<void>>()
  const living = new Set<Tracked>()
  let isStopped = false
  let isQuiet = false

  const keep = (work: Promise<void>) => {
    const kept = work.finally(() => working.delete(kept))
    working.add(kept)
  }

  const newToken = (): Tracked => {
    const { text, ...minted } = mint({
      userId: random.pick(userIds),
      lifetimeS: random.chance(SHORT_LIVED_CHANCE) ? random.whole(8, 20) : TOKEN_LIFETIME_S,
      clockOffsetMs: random.pick(apps).usualOffsetMs,
    })
    return checker.track(text, minted)
  }

  /** Logs out until some app has said that the token is ended, now or before. */
  const logOut = async (token: Tracked, first: Member) => {
    checker.doubt([token])
    for (let app = first, waitMs = RETRY_MS.first; ; app = random.pick(apps), waitMs *= 2) {
      const { life } = app
      const answer = await ask(app.origin, {
        path: '/api/users/logout',
        method: 'POST',
        token: token.text,
        timeoutMs: WRITE_TIMEOUT_MS,
      })
      if (answer.status === 200) {
        checker.acknowledge([token], { answer, life, how: 'logout' })
        keep(followUp(token, { checker, members }))
        return
      }
      if (answer.status === 401 || isStopped) {
        await Promise.all(apps.map((each) => checker.check(token, each)))
        return
      }
      await pause(Math.min(waitMs, RETRY_MS.most))
    }
  }

  const liveAndLogOut = async () => {
    if (isQuiet) return
    const token = newToken()
    await checker.check(token, random.pick(members))
    await pause(random.between(0, 100))
    await logOut(token, random.pick(apps))
  }

  const sample = async () => {
    const isLiving = random.chance(0.3)
    const list = isLiving ? [...living] : checker.revoked
    if (list.length > 0) await checker.check(random.pick(list), random.pick(members))
  }

  const every = async (intervalMs: number, work: () => Promise<void>) => {
    for (let next = performance.now(); !isStopped; next += intervalMs) {
      await pause(Math.max(0, next - performance.now()))
      // A system that falls behind must not get ever more waiting requests.
      if (working.size < MOST_AT_ONCE) keep(work())
    }
  }

  for (let n = 0; n < STANDING_TOKENS; n += 1) {
    const token = newToken()
    if (token.expiresAt > Date.now() + 1_000_000) living.add(token)
  }
  const loops = [every(1_000 / perSecond, liveAndLogOut), every(1_000 / SAMPLES_PER_SECOND, sample)]

  return {
    get living() {
      return [...living]
    },
    logOutAt(app, count) {
      const answered = Array.from({ length: count }, () => {
        const logout = logOut(newToken(), app)
        keep(logout)
        return logout
      })
      return Promise.race([Promise.any(answered), pause(PATIENCE_MS)])
    },
    async quietly(work) {
      isQuiet = true
      await work()
      isQuiet = false
    },
    async stop() {
      isStopped = true
      await Promise.all(loops)
      while (working.size > 0) await Promise.all(working)
    },
  }
}
