import { setTimeout as pause } from 'node:timers/promises'
import { ask } from './ask.js'
import type { Checker, Tracked } from './checker.js'
import { createFollowing } from './follow.js'
import {
  logIn,
  newPerson,
  type Person,
  refresh,
  type Session,
  tokenIn,
  tokensOf,
  trackedFrom,
  tryLogIn,
} from './people.js'
import type { Random } from './random.js'
import { AFTER_FAILURE_MS, WRITE_TIMEOUT_MS } from './settings.js'
import type { System } from './system.js'

export interface PeopleLoad {
  stop(): Promise<void>
  readonly living: readonly Tracked[]
  readonly logins: number
  readonly passwordChanges: number
}

export interface PeopleLoadOptions {
  system: System
  checker: Checker
  random: Random
  people: readonly { email: string; password: string }[]
  /** How long each of them pauses between two rounds, in milliseconds. */
  restMs: number
}

/**
 * People who really log in, refresh, change their password and log out everywhere. Each continues
 * as soon as there is an answer, so a login follows a password change within the same second.
 */
export function startPeople(options: PeopleLoadOptions): PeopleLoad {
  const { system, checker, random, restMs } = options
  const { apps, members } = system
  const following = createFollowing({ checker, members })
  const counts = { logins: 0, passwordChanges: 0 }
  let isStopped = false
  const people = options.people.map(({ email, password }) => newPerson(email, password))

  const appOf = () => random.pick(apps)

  const enter = async (person: Person): Promise<Session | undefined> => {
    const session = await logIn(person, { appOf, checker })
    if (session) {
      counts.logins += 1
      await Promise.all(members.map((member) => checker.check(session.tokens[0], member)))
    }
    return session
  }

  /** Requests something that ends these sessions, and records the answer. */
  const end = async (
    person: Person,
    sessions: readonly Session[],
    { how, path, method = 'POST', by, body }: Ending,
  ): Promise<boolean> => {
    const tokens = tokensOf(sessions)
    checker.doubt(tokens)
    const app = appOf()
    const { life } = app
    const token = by.tokens[0].text
    const answer = await ask(app.origin, {
      path,
      method,
      token,
      timeoutMs: WRITE_TIMEOUT_MS,
      ...body,
    })
    person.sessions = person.sessions.filter((session) => !sessions.includes(session))
    if (answer.status !== 200) {
      // It may still succeed, and its cut-off, which lies ahead, may end new logins.
      await pause(AFTER_FAILURE_MS)
      return false
    }
    checker.acknowledge(tokens, { answer, life, how })
    following.follow(tokens)
    // Perhaps only the cut-off before the change could be recorded.
    if (system.wasLocked(answer)) await pause(AFTER_FAILURE_MS)
    return true
  }

  const changePassword = async (person: Person, by: Session) => {
    const [before = ''] = person.passwords
    const after = `password-${random.whole(0, 1e9)}`
    const others = person.sessions.filter((session) => session !== by)
    const raced = random.chance(0.3) && tryLogIn(appOf(), person.email, before)
    person.passwords = [after, before]
    const isChanged = await end(person, others, {
      ...{ how: 'password-changed', method: 'PATCH', by },
      ...{ path: `/api/users/${person.id}`, body: { body: { password: after } } },
    })
    if (isChanged) {
      counts.passwordChanges += 1
      person.passwords = [after]
    } else {
      // It may have succeeded: nothing is known about what it ended, except for the own session.
      person.sessions = person.sessions.filter((session) => session !== by)
      checker.doubt(by.tokens)
    }
    const answer = await raced
    const late = answer && answer.status === 200 && isChanged && tokenIn(answer)
    if (!late) return
    // The change ends logins with the old password.
    const token = trackedFrom(late, { checker, made: 'login during a password change' })
    checker.bornEnded(token, 'old-password')
    following.follow([token])
  }

  const round = async (person: Person) => {
    while (person.sessions.length < 2) if (!(await enter(person))) return
    const [first, second] = person.sessions as [Session, Session]
    if (random.chance(0.5)) await refresh(second, appOf(), checker)
    const [token] = first.tokens
    await Promise.all(members.map((member) => checker.check(token, member)))
    const kind = random.between(0, 1)
    if (kind < 0.5) await changePassword(person, first)
    else if (kind < 0.75) {
      const how = 'all-sessions'
      await end(person, person.sessions, { how, path: LOGOUT_ALL, by: first })
    } else await end(person, [second], { how: 'logout', path: LOGOUT, by: second })
    if (!isStopped) await enter(person)
  }

  const loops = people.map(async (person) => {
    await pause(random.between(0, restMs))
    while (!isStopped) {
      await round(person)
      await pause(random.between(0.5 * restMs, 1.5 * restMs))
    }
  })

  return {
    get living() {
      return people.flatMap(({ sessions }) => sessions.map(({ tokens: [token] }) => token))
    },
    get logins() {
      return counts.logins
    },
    get passwordChanges() {
      return counts.passwordChanges
    },
    async stop() {
      isStopped = true
      await Promise.all(loops)
      await following.stop()
    },
  }
}

interface Ending {
  how: string
  path: string
  method?: string
  by: Session
  body?: { body: object }
}

const LOGOUT = '/api/users/logout'
const LOGOUT_ALL = `${LOGOUT}?allSessions=true`
