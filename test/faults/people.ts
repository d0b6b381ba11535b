import { setTimeout as pause } from 'node:timers/promises'
import { claimsOf } from '../support/login.js'
import { type Answer, ask } from './ask.js'
import type { Checker, Tracked } from './checker.js'
import type { Member } from './member.js'

/** A user who really logs in, and the tokens of each of its sessions. */
export interface Person {
  readonly email: string
  id: number
  /** More than one while it is unknown whether a change succeeded. */
  passwords: string[]
  sessions: Session[]
}

export interface Session {
  /** The current token, then those that it was refreshed from. */
  tokens: [Tracked, ...Tracked[]]
}

export const newPerson = (email: string, password: string): Person => ({
  ...{ email, id: 0 },
  passwords: [password],
  sessions: [],
})

/** Logs in with whichever password is right. Retries while the app is away or locked. */
export async function logIn(
  person: Person,
  { appOf, checker }: { appOf: () => Member; checker: Checker },
): Promise<Session | undefined> {
  for (let attempt = 0; attempt < 40; attempt += 1) {
    for (const password of person.passwords) {
      const app = appOf()
      const made = `login by ${app.life}`
      const answer = await tryLogIn(app, person.email, password)
      const token = answer.status === 200 && tokenIn(answer)
      if (!token) continue
      person.passwords = [password]
      person.id = Number(claimsOf(token).id)
      const session: Session = { tokens: [trackedFrom(token, { checker, made })] }
      person.sessions.push(session)
      return session
    }
    await pause(250)
  }
  return undefined
}

export const tryLogIn = (app: Member, email: string, password: string): Promise<Answer> =>
  ask(app.origin, { path: '/api/users/login', method: 'POST', body: { email, password } })

/** Gets a new token for the session. The old token counts as unknown until the session ends. */
export async function refresh(session: Session, app: Member, checker: Checker): Promise<void> {
  const [current] = session.tokens
  checker.doubt([current])
  const made = `refresh by ${app.life}`
  const answer = await ask(app.origin, {
    path: '/api/users/refresh-token',
    method: 'POST',
    token: current.text,
  })
  const token = answer.status === 200 && tokenIn(answer)
  if (token) session.tokens = [trackedFrom(token, { checker, made }), ...session.tokens]
}

/** The token in the answer to a login or a refresh. */
export function tokenIn({ body }: Answer): string | undefined {
  const { token, refreshedToken } = JSON.parse(body) as { token?: string; refreshedToken?: string }
  return token ?? refreshedToken
}

export const trackedFrom = (
  token: string,
  { checker, made }: { checker: Checker; made: string },
): Tracked => checker.track(token, { expiresAt: Number(claimsOf(token).exp) * 1_000, made })

export const tokensOf = (sessions: readonly Session[]): Tracked[] =>
  sessions.flatMap(({ tokens }) => tokens)
