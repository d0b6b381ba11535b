import { setTimeout as pause } from 'node:timers/promises'
import { type Answer, ask } from './ask.js'
import type { Checker, Tracked } from './checker.js'
import { createFollowing } from './follow.js'
import type { Member } from './member.js'
import { mint } from './mint.js'
import { logIn, newPerson, tokenIn, tokensOf, trackedFrom, tryLogIn } from './people.js'
import type { Random } from './random.js'
import { AFTER_FAILURE_MS, TOKEN_LIFETIME_S, WRITE_TIMEOUT_MS } from './settings.js'
import type { System } from './system.js'

/**
 * Changes of several accounts by an administrator in one request, which end the tokens of these
 * accounts.
 */
export const CHANGES = ['disabled', 'deleted', 'password-set'] as const
type Change = (typeof CHANGES)[number]

export interface Accounts {
  /**
   * Changes some accounts with one request to this app, and repeats the request at any app until
   * one has acknowledged it. `strike` is called right after the request was sent. It receives the
   * usual duration of the request.
   */
  change(app: Member, change: Change, strike: (durationMs: number) => Promise<void>): Promise<void>
  /** A user logs in at this app, if the app lets them. The returned function ends the account. */
  logInAt(app: Member): Promise<() => Promise<void>>
  /** Ends when everything that is running has been answered. */
  stop(): Promise<void>
  readonly living: readonly Tracked[]
}

export interface AccountsOptions {
  system: System
  checker: Checker
  random: Random
  /** The ids of users whom nobody else touches, ascending, with the e-mail and password of each. */
  spares: readonly Spare[]
  /** Users who may change others, and whom nobody changes. */
  userIds: readonly number[]
}

interface Spare {
  id: number
  email: string
  password: string
}

interface Account extends Spare {
  tokens: Tracked[]
}

/** This many accounts are changed by one request. */
export const ACCOUNTS_AT_ONCE = 8
/** A change that keeps failing must get an answer in the end, or the run fails. */
const PATIENCE_MS = 90_000

/**
 * Disables and deletes accounts, or sets their passwords, as somebody else. One request changes
 * several accounts, so that a process can be killed in the middle.
 */
export function createAccounts(options: AccountsOptions): Accounts {
  const { system, checker, random, userIds } = options
  const { apps, members } = system
  /**
   * On PostgreSQL ids are not reused, and the replica, an hour behind, would not know recent users.
   */
  const areIdsUsedAgain = system.database.kind === 'sqlite'
  const spares: Account[] = options.spares.map((spare) => ({ ...spare, tokens: [] }))
  /**
   * Users who got the ids of deleted ones. Their tokens come only from logins: a token that is
   * signed here would ignore the cut-off of the deleted user, and might be older than it.
   */
  const successors: Account[] = []
  const following = createFollowing({ checker, members })
  const durations = new Map<Change, number>()
  let created = 0
  /** Until then, a cut-off of a change that was cut short may lie ahead. */
  let settledAt = 0

  const newToken = (userId: number): Tracked => {
    const { usualOffsetMs } = random.pick(apps)
    const { text, ...minted } = mint({
      ...{ userId, lifetimeS: TOKEN_LIFETIME_S, clockOffsetMs: usualOffsetMs },
    })
    return checker.track(text, minted)
  }

  /** The users with the highest ids are deleted, so that SQLite assigns these ids again. */
  const take = (change: Change): Account[] => {
    const taken = spares.splice(change === 'deleted' ? -ACCOUNTS_AT_ONCE : 0, ACCOUNTS_AT_ONCE)
    for (const { id, tokens } of taken) tokens.push(newToken(id), newToken(id))
    return change === 'deleted' ? [...taken, ...successors.splice(0)] : taken
  }

  const send = (app: Member, change: Change, accounts: readonly Account[]): Promise<Answer> => {
    const query = accounts.map(({ id }, n) => `where[id][in][${n}]=${id}`).join('&')
    return ask(app.origin, {
      ...{ path: `/api/users?${query}&limit=0`, token: newToken(random.pick(userIds)).text },
      ...{ method: change === 'deleted' ? 'DELETE' : 'PATCH', timeoutMs: WRITE_TIMEOUT_MS },
      ...(change === 'disabled' && { body: { disabled: true } }),
      ...(change === 'password-set' && { body: { password: `given-${random.whole(0, 1e9)}` } }),
    })
  }

  const end = async (
    accounts: readonly Account[],
    change: Change,
    { first = random.pick(apps), strike }: { first?: Member; strike?: () => Promise<void> } = {},
  ) => {
    const tokens = accounts.flatMap((account) => account.tokens)
    checker.doubt(tokens)
    const patience = performance.now() + PATIENCE_MS
    for (let app = first, attempt = 1; ; app = random.pick(apps), attempt += 1) {
      const { life } = app
      const answering = send(app, change, accounts)
      if (attempt === 1) await strike?.()
      const answer = await answering
      const isSettled = answer.status === 200 && !system.wasLocked(answer)
      if (!isSettled) settledAt = answer.answeredAt + AFTER_FAILURE_MS
      if (answer.status === 200) {
        checker.acknowledge(tokens, { answer, life, how: change })
        following.follow(tokens)
        return answer
      }
      if (performance.now() > patience) throw new Error(`${change}: ${answer.status} to the last`)
      await pause(random.between(100, 500))
    }
  }

  const succeed = async (count: number) => {
    for (let n = 0; n < count; n += 1) {
      created += 1
      const person = { email: `successor-${created}@example.com`, password: 'a-new-password' }
      const answer = await ask(random.pick(apps).origin, {
        ...{ path: '/api/users', method: 'POST', body: person },
        ...{ token: newToken(random.pick(userIds)).text, timeoutMs: WRITE_TIMEOUT_MS },
      })
      if (answer.status !== 201) continue
      const { doc } = JSON.parse(answer.body) as { doc: { id: number } }
      successors.push({ ...person, id: doc.id, tokens: [] })
    }
    const last = successors.at(-1)
    if (!last) return
    await pause(Math.max(0, settledAt - performance.now()))
    const session = await logIn(newPerson(last.email, last.password), {
      ...{ appOf: () => random.pick(apps), checker },
    })
    if (!session) return
    last.tokens = tokensOf([session])
    await Promise.all(members.map((member) => checker.check(session.tokens[0], member)))
  }

  const changeSome = async (change: Change, how: Parameters<typeof end>[2]) => {
    const accounts = take(change)
    const tokens = accounts.flatMap((account) => account.tokens)
    await Promise.all(tokens.map((token) => checker.check(token, random.pick(members))))
    const answer = await end(accounts, change, how)
    if (change === 'deleted' && areIdsUsedAgain) await succeed(ACCOUNTS_AT_ONCE)
    return answer
  }

  return {
    async change(app, change, strike) {
      let durationMs = durations.get(change)
      if (durationMs === undefined) {
        // How long it takes on this machine the first time.
        const { sentAt, answeredAt } = await changeSome(change, { first: app })
        durationMs = answeredAt - sentAt
        durations.set(change, durationMs)
      }
      const limitMs = durationMs
      await changeSome(change, { first: app, strike: () => strike(limitMs) })
    },
    async logInAt(app) {
      const [account] = spares.splice(0, 1)
      if (!account) throw new Error('There is nobody left')
      const made = `login by ${app.life}`
      const answer = await tryLogIn(app, account.email, account.password)
      const token = answer.status === 200 && tokenIn(answer)
      if (!token) return async () => {}
      account.tokens = [trackedFrom(token, { checker, made })]
      // A token from a process whose clock is off may be valid or not, but it must end.
      checker.doubt(account.tokens)
      return async () => {
        await end([account], 'password-set')
      }
    },
    get living() {
      return successors.flatMap(({ tokens }) => tokens)
    },
    async stop() {
      await following.stop()
    },
  }
}
