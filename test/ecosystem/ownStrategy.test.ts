import { createHmac } from 'node:crypto'
import {
  type AuthStrategy,
  type AuthStrategyFunctionArgs,
  type Collection,
  type Config,
  createLocalReq,
  logoutOperation,
  type TypedUser,
} from 'payload'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { revocations } from '../../src/index.js'
import {
  ask,
  type Browser,
  cookieOf,
  itKnowsItsToken,
  me,
  type Visited,
} from '../support/itsToken.js'
import { claimsOf } from '../support/login.js'
import { createVisited } from '../support/visitedApp.js'
import { withUsers } from '../support/withUsers.js'

const withStrategy =
  (authenticate: AuthStrategy['authenticate']) =>
  (config: Config): Config =>
    withUsers((users) => ({
      ...users,
      auth: { strategies: [{ name: 'own', authenticate }] },
    }))(config)

/** The user id in a token of this application, found in these headers. */
function idIn(headers: Headers, { secret }: { secret: string }): number | undefined {
  const token = /payload-token=([^;]+)/.exec(headers.get('Cookie') ?? '')?.[1]
  const [header, claims, signature] = token?.split('.') ?? []
  const expected = createHmac('sha256', secret).update(`${header}.${claims}`).digest('base64url')
  return token && signature === expected ? Number(claimsOf(token).id) : undefined
}

async function read({ payload }: AuthStrategyFunctionArgs, id: number): Promise<TypedUser> {
  const user = await payload.findByID({ collection: 'users', id })
  return { ...user, collection: 'users', _strategy: 'own' } as TypedUser
}

describe('a strategy that checks the secret itself', () => {
  let visited: Visited
  beforeAll(async () => {
    visited = await createVisited({
      strategy: 'own',
      configure: withStrategy(async (args) => {
        const id = idIn(args.headers, args.payload)
        return { user: id === undefined ? null : await read(args, id) }
      }),
    })
  })
  afterAll(() => visited.app.close())

  itKnowsItsToken(() => visited)
})

describe('a strategy that keeps its users in memory', () => {
  it('does not mix up the sessions of two browsers', async () => {
    const users = new Map<number, Promise<TypedUser>>()
    const { app, newPerson, logIn } = await createVisited({
      strategy: 'own',
      configure: withStrategy(async (args) => {
        const id = idIn(args.headers, args.payload)
        if (id === undefined) return { user: null }
        const user = users.get(id) ?? read(args, id)
        users.set(id, user)
        return { user: await user }
      }),
    })
    const person = await newPerson()
    const [here, there] = [await logIn(person), await logIn(person)]
    const { user } = await app.payload.auth({ headers: new Headers(cookieOf(here)) })
    expect((await me(app, there)).status).toBe(200)
    const req = await createLocalReq({ user: user as TypedUser }, app.payload)
    const collection = app.payload.collections.users as Collection
    await logoutOperation({ collection, req })
    expect((await me(app, here)).status).toBe(401)
    expect((await me(app, there)).status).toBe(200)
    await app.close()
  })
})

describe('a strategy that looks into the headers of the request', () => {
  const configure = withStrategy(async (args) => {
    const id = args.req && idIn(args.req.headers, args.payload)
    return { user: id === undefined ? null : await read(args, id) }
  })
  const withoutLogout = async (plugin: false | object) => {
    const { app, newPerson, logIn } = await createVisited({ strategy: 'own', configure, plugin })
    const browser = await logIn(await newPerson())
    await ask(app, browser, '/api/users/logout', { method: 'POST' })
    const seen = await me(app, browser)
    await app.close()
    return seen
  }

  it('accepts a token that was logged out, without the plugin', async () => {
    expect(await withoutLogout(false)).toMatchObject({ user: { _strategy: 'own' } })
  })

  it('does not find what the gate removed', async () => {
    expect(await withoutLogout({})).toMatchObject({ status: 401 })
  })
})

describe('a credential of its own, which is not a token', () => {
  const byBadge = { Authorization: 'Badge 1' }
  let visited: Visited
  let browser: Browser
  beforeAll(async () => {
    visited = await createVisited({
      strategy: 'own',
      configure: withStrategy(async (args) => {
        const [, id] = /^Badge (\d+)$/.exec(args.headers.get('Authorization') ?? '') ?? []
        return { user: id ? await read(args, Number(id)) : null }
      }),
    })
    browser = await visited.logIn({
      id: 1,
      email: 'member@example.com',
      password: 'member-password',
    })
  })
  afterAll(() => visited.app.close())

  it('has nothing for a logout to end, and the log says so once', async () => {
    const { app } = visited
    const warn = vi.spyOn(app.payload.logger, 'warn')
    for (const _ of [1, 2]) {
      const logout = { method: 'POST', headers: byBadge }
      expect((await app.request('/api/users/logout', logout)).status).toBe(200)
    }
    const said = warn.mock.calls.filter(([fields]) => Object(fields).strategy === 'own')
    expect(said).toHaveLength(1)
    expect((await app.payload.count({ collection: 'revocations' })).totalDocs).toBe(0)
    expect((await app.request('/api/users/me', { headers: byBadge })).status).toBe(200)
  })

  it('still works next to a token that is revoked while its user is read, without that token', async () => {
    const { app } = visited
    const headers = { ...byBadge, Cookie: `payload-token=${browser.token}` }
    visited.whileRead(() => revocations(app.payload).revoke({ token: browser.token }))
    const sessions = await app.request('/api/revocation/sessions', { headers })
    expect(await sessions.json()).toMatchObject({ current: null })
  })
})
