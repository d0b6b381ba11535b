import './nextEnvironment.js'
import { logout, refresh } from '@payloadcms/next/auth'
import { expect, it } from 'vitest'
import { readToken } from '../../src/core/token.js'
import { revocations } from '../../src/index.js'
import type { App } from './createApp.js'
import { inNextRoute } from './nextRoute.js'

export interface Person {
  id: number
  email: string
  password: string
}

/** A browser: its cookies, including the token. */
export interface Browser {
  cookies: ReadonlyMap<string, string>
  token: string
}

/** An app in which another strategy than Payload's own authenticates users by their token. */
export interface Visited {
  app: App
  /** A new user, who is not logged in yet. */
  newPerson(): Promise<Person>
  logIn(person: Person): Promise<Browser>
  /** Which strategy authenticates them. */
  strategy: string
  /** Called once while the next user is read. */
  whileRead(work: () => Promise<unknown>): void
}

/** One request of a browser, within a real route of Next.js. */
export async function ask(
  app: App,
  browser: Browser,
  path: string,
  { body, method = body ? 'POST' : 'GET' }: { body?: object; method?: string } = {},
): Promise<Response> {
  const request = new Request(`http://127.0.0.1:3000${path}`, {
    method,
    headers: { ...cookieOf(browser), ...(body && { 'Content-Type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  })
  return inNextRoute(request, app.send)
}

export const cookieOf = ({ cookies }: Browser) => ({
  Cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
})

/** The browser after this answer. */
export function after(answer: Response, { cookies }: Pick<Browser, 'cookies'>): Browser {
  const kept = new Map(cookies)
  for (const each of answer.headers.getSetCookie()) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(each) ?? []
    if (value) kept.set(name, value)
    else kept.delete(name)
  }
  return { cookies: kept, token: kept.get('payload-token') ?? '' }
}

export async function me(app: App, browser: Browser) {
  const answer = await ask(app, browser, '/api/users/me')
  const { user } = (await answer.json()) as { user?: { id: number; _strategy?: string } | null }
  return { status: answer.status, user }
}

/** Whether the browser is let in, and its token is the one that would be refused. */
async function isIn(app: App, browser: Browser) {
  const { status, user } = await me(app, browser)
  if (status === 401) return false
  if (status !== 200 || !user) throw new Error(`/me: ${status} without a user`)
  return true
}

/** Runs code in a place where Next.js knows this browser's cookies. */
const within = (browser: Browser, handler: () => Promise<Response>) =>
  inNextRoute(
    new Request('http://127.0.0.1:3000/', { method: 'POST', headers: cookieOf(browser) }),
    handler,
  )

/** Calls a server function of `@payloadcms/next/auth`. Its request to Payload has no headers. */
const call = (browser: Browser, action: () => Promise<unknown>) =>
  within(browser, async () => Response.json((await action()) ?? null))

/**
 * Tests every trigger that needs the request's token, for a user whom this strategy authenticated.
 */
export function itKnowsItsToken(visited: () => Visited, { hasPasswords = true } = {}) {
  const twice = async () => {
    const { app, newPerson, logIn } = visited()
    const person = await newPerson()
    return { app, person, here: await logIn(person), there: await logIn(person) }
  }

  it('lets them in, by this strategy', async () => {
    const { app, person, here } = await twice()
    expect(await me(app, here)).toMatchObject({
      status: 200,
      user: { id: person.id, _strategy: visited().strategy },
    })
  })

  const logouts: Record<string, (app: App, browser: Browser) => Promise<Response>> = {
    'over REST': (app, browser) => ask(app, browser, '/api/users/logout', { method: 'POST' }),
    'over GraphQL': (app, browser) =>
      within(browser, () => app.graphQL('mutation { logoutUser }', cookieOf(browser))),
    'by the server function': ({ config }, browser) =>
      call(browser, () => logout({ config: Promise.resolve(config) })),
  }
  for (const [way, logOut] of Object.entries(logouts))
    it(`a logout ${way} ends their session, and no other`, async () => {
      const { app, here, there } = await twice()
      expect(await isIn(app, here)).toBe(true)
      const answer = await logOut(app, here)
      expect(answer.status).toBe(200)
      expect(await isIn(app, here)).toBe(false)
      expect(await isIn(app, there)).toBe(true)
    })

  it('a logout from all sessions ends all of theirs', async () => {
    const { app, here, there } = await twice()
    const path = '/api/users/logout?allSessions=true'
    expect((await ask(app, here, path, { method: 'POST' })).status).toBe(200)
    expect(await isIn(app, here)).toBe(false)
    expect(await isIn(app, there)).toBe(false)
  })

  if (hasPasswords)
    it('a password that they change themselves spares this session, and no other', async () => {
      const { app, person, here, there } = await twice()
      const change = { method: 'PATCH', body: { password: 'another-password' } }
      expect((await ask(app, here, `/api/users/${person.id}`, change)).status).toBe(200)
      expect(await isIn(app, here)).toBe(true)
      expect(await isIn(app, there)).toBe(false)
    })

  if (hasPasswords)
    it('a server function that passes only the user to Payload does so too', async () => {
      const { app, person, here, there } = await twice()
      await call(here, async () => {
        const { user } = await app.payload.auth({ headers: new Headers(cookieOf(here)) })
        const data = { password: 'another-password' }
        await app.payload.update({ collection: 'users', id: person.id, data, user })
      })
      expect(await isIn(app, here)).toBe(true)
      expect(await isIn(app, there)).toBe(false)
    })

  it('a refresh continues their session', async () => {
    const { app, here, there } = await twice()
    const answer = await ask(app, here, '/api/users/refresh-token', { method: 'POST' })
    expect(answer.status).toBe(200)
    const next = after(answer, here)
    expect(readToken(next.token)?.session).toBe(readToken(here.token)?.session)
    expect(readToken(next.token)?.id).not.toBe(readToken(here.token)?.id)
    await ask(app, next, '/api/users/logout', { method: 'POST' })
    expect(await isIn(app, here)).toBe(false)
    expect(await isIn(app, there)).toBe(true)
  })

  it('a refresh by the server function does so too', async () => {
    const { app, here } = await twice()
    const answer = await call(here, () => refresh({ config: Promise.resolve(app.config) }))
    expect(await answer.json()).toMatchObject({ success: true })
    const next = after(answer, here)
    expect(readToken(next.token)?.session).toBe(readToken(here.token)?.session)
  })

  it('the live logout and the list of sessions know which session is theirs', async () => {
    const { app, here } = await twice()
    expect((await ask(app, here, '/api/revocation/live')).status).toBe(200)
    const { session } = readToken(here.token) ?? {}
    const list = await ask(app, here, '/api/revocation/sessions')
    expect(await list.json()).toMatchObject({ current: session })
  })

  it('a revocation that comes while their user is read is noticed', async () => {
    const { app, here } = await twice()
    const session = readToken(here.token)?.session ?? ''
    visited().whileRead(() => revocations(app.payload).revoke({ session }))
    expect(await isIn(app, here)).toBe(false)
  })

  it('an administrator ends their token by its text', async () => {
    const { app, here, there } = await twice()
    await revocations(app.payload).revoke({ token: here.token })
    expect(await isIn(app, here)).toBe(false)
    expect(await isIn(app, there)).toBe(true)
  })
}
