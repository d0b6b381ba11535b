import { expect, it } from 'vitest'
import type { Site } from './pluginSite.js'
import type { Visitor } from './visitor.js'

export interface Person {
  visitor: Visitor
  id: number | string
  password: string
}

/** One way to log in. */
export interface Way {
  signIn(site: Site): Promise<Person>
  /** Default: whether Payload knows the user. */
  isIn?(visitor: Visitor): Promise<boolean>
  changePassword?(site: Site, person: Person): Promise<unknown>
  /** Default: Payload's logout. */
  logOut?(visitor: Visitor): Promise<unknown>
}

type Ending = 'logout' | 'logout of all sessions' | 'revokeUser' | 'new password' | 'revokeEveryone'

const logout = (query: string) => async (site: Site, person: Person) => {
  const answer = await person.visitor.ask(`/api/users/logout${query}`, { method: 'POST' })
  expect(answer.status, site.lastOutput() + (await answer.clone().text())).toBe(200)
}

const logOutBy = (logOut: (visitor: Visitor) => Promise<unknown>) => (_: Site, person: Person) =>
  logOut(person.visitor)

/** What somebody does to end a session. */
const acts: Record<Ending, (site: Site, person: Person) => Promise<unknown>> = {
  logout: logout(''),
  'logout of all sessions': logout('?allSessions=true'),
  revokeUser: (site, { id }) => site.revoke({ user: { collection: 'users', id } }),
  'new password': (site, { id }) =>
    site.account({ collection: 'users', id, data: { password: 'another-password' } }),
  // Its cut-off lies five seconds ahead, so it comes last.
  revokeEveryone: (site) => site.revoke({ everyone: true }),
}

/**
 * Whether each of them ends the session: whoever has a copy of the cookies is out then. The same
 * words are in the table of `docs/plugins.md`.
 */
export function endings(
  site: () => Site,
  { signIn, isIn = isKnown, changePassword, logOut }: Way,
  expected: Partial<Record<Ending, 'ended' | 'alive'>>,
) {
  it('a login lets them in', async () => {
    expect(await isIn((await signIn(site())).visitor)).toBe(true)
  })
  for (const ending of Object.keys(acts) as Ending[]) {
    const outcome = expected[ending]
    if (!outcome) continue
    const own = { ...acts, ...(changePassword && { 'new password': changePassword }) }
    const act = ending === 'logout' && logOut ? logOutBy(logOut) : own[ending]
    it(`${ending}: the session is ${outcome}`, async () => {
      const person = await signIn(site())
      const thief = person.visitor.thief()
      expect(await isIn(thief)).toBe(true)
      await act(site(), person)
      expect(await isIn(thief)).toBe(outcome === 'alive')
    })
  }
}

/** Whether Payload knows the user. */
export async function isKnown(visitor: Visitor): Promise<boolean> {
  const { status, body } = await visitor.json<{ user?: object | null }>('/api/users/me')
  if (status !== 200 && status !== 401) throw new Error(`/me: ${status}`)
  return status === 200 && Boolean(body.user)
}

let count = 0

/** An e-mail address that nobody has yet. */
export function newEmail(): string {
  count += 1
  return `somebody-${count}@example.com`
}

export const PASSWORD = 'first-password'

/** Payload's own login. `profile` are more fields of the user. */
export const byPassword =
  (profile: object = {}): Way['signIn'] =>
  async (site) => {
    const email = newEmail()
    const data = { email, password: PASSWORD, ...profile }
    const id = await site.account({ collection: 'users', data })
    const visitor = site.visitor()
    const { status } = await visitor.ask('/api/users/login', {
      body: { email, password: PASSWORD },
    })
    expect(status).toBe(200)
    return { visitor, id, password: PASSWORD }
  }

export const ALL_ENDED = {
  logout: 'ended',
  'logout of all sessions': 'ended',
  revokeUser: 'ended',
  'new password': 'ended',
  revokeEveryone: 'ended',
} as const
