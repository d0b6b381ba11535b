import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { revocations } from '../../../src/index.js'
import { createGuard } from '../../../src/next/index.js'
import { MEMBER } from '../../support/baseConfig.js'
import { breakReads } from '../../support/breakReads.js'
import { type App, createApp } from '../../support/createApp.js'
import { isAccepted } from '../../support/isAccepted.js'
import { type Login, login, loginFrom } from '../../support/login.js'
import { refresh } from '../../support/refreshing.js'
import { isClearing } from '../../support/surfaces.js'
import { until } from '../../support/until.js'

const GRACE_MS = 10_000

/** Two processes on one database. The second learns from the first by reading the ledger. */
let app: App
let other: App
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  app = await createApp({ isDefault: true })
  other = await createApp({ database: app.database })
})
afterAll(async () => {
  await Promise.all([app, other].map((each) => each?.close()))
  vi.useRealTimers()
})

const pass = (ms: number) => vi.setSystemTime(Date.now() + ms)

/** The clients that ask with the old cookie and get the answer when the browser has a newer one. */
const ASKING = {
  'a script': { 'Sec-Fetch-Site': 'same-origin', 'Sec-Fetch-Mode': 'cors' },
  'a page in another tab': { 'Sec-Fetch-Site': 'same-origin', 'Sec-Fetch-Mode': 'navigate' },
  'a program': { 'User-Agent': 'Program/1.0' },
}

async function isCleared(each: App, { byCookie }: Login, asking: Record<string, string>) {
  const answer = await each.request('/api/posts', { headers: { ...byCookie, ...asking } })
  expect(answer.status).toBe(401)
  return answer.headers.getSetCookie().some(isClearing)
}

/** Both processes, and the guard, which asks each of them. */
async function expectSpared(session: Login) {
  await until('the other refuses it', async () => !(await isAccepted(other, session)))
  for (const asking of Object.values(ASKING)) {
    for (const each of [app, other]) expect(await isCleared(each, session, asking)).toBe(false)
    const headers = { ...session.byCookie, ...asking }
    const page = await createGuard()(new Request('http://127.0.0.1:3000/account', { headers }))
    expect(page?.status).toBe(asking === ASKING['a page in another tab'] ? 307 : 401)
    expect(page?.headers.getSetCookie()).toEqual([])
  }
  // Repeated questions do not change that.
  pass(60_000)
  for (const asking of Object.values(ASKING)) {
    expect(await isCleared(app, session, asking)).toBe(false)
  }
}

const logins: Record<string, (session: Login) => Promise<{ status: number; token: string }>> = {
  REST: async ({ byCookie }) => {
    const answer = await app.request('/api/users/login', { body: MEMBER, headers: byCookie })
    return { status: answer.status, ...((await answer.json()) as { token: string }) }
  },
  GraphQL: async ({ byCookie }) => {
    const { email, password } = MEMBER
    const answer = await app.graphQL(
      `mutation { loginUser(email: "${email}", password: "${password}") { token } }`,
      byCookie,
    )
    const { data } = (await answer.json()) as { data: { loginUser: { token: string } } }
    return { status: answer.status, token: data.loginUser.token }
  },
  'a password reset': async ({ byCookie }) => {
    const token = await app.payload.forgotPassword({
      collection: 'users',
      data: { email: MEMBER.email },
      disableEmail: true,
    })
    const body = { token, password: MEMBER.password }
    const answer = await app.request('/api/users/reset-password', { body, headers: byCookie })
    return { status: answer.status, ...((await answer.json()) as { token: string }) }
  },
}

describe('a late 401 leaves the newer cookie in the browser', () => {
  const ends: Record<string, (session: Login) => unknown> = {
    'is alive': () => {},
    'an administrator ended': ({ token }) => revocations(app.payload).revoke({ token }),
    'another process ended': ({ claims }) =>
      revocations(other.payload).revoke({ session: String(claims.sid) }),
    'a changed password ended': () =>
      app.payload.update({ collection: 'users', id: 1, data: { password: MEMBER.password } }),
    'everybody lost': () => revocations(app.payload).revoke({ everyone: true }),
  }

  for (const [way, logIn] of Object.entries(logins))
    for (const [how, end] of Object.entries(ends))
      it(`after a login by ${way} over a session that ${how}`, async () => {
        const session = await login(app)
        await end(session)
        const { status, token } = await logIn(session)
        expect(status).toBe(200)
        await expectSpared(session)
        expect(await isAccepted(app, { token })).toBe(true)
      })

  it('after a refresh', async () => {
    const session = await login(app)
    const next = loginFrom((await refresh(app, session)) ?? '')
    pass(GRACE_MS)
    await expectSpared(session)
    expect(await isAccepted(app, next)).toBe(true)
    await app.request('/api/users/logout', { method: 'POST', headers: next.jwt })
    await expectSpared(session)
  })
})

describe('the cookie of somebody who does not log in again', () => {
  const dead = async () => {
    const session = await login(app)
    await revocations(app.payload).revoke({ session: String(session.claims.sid) })
    return session
  }

  it('is cleared with the first page, and with the first answer to a program', async () => {
    const session = await dead()
    expect(await isCleared(app, session, ASKING['a page in another tab'])).toBe(true)
    expect(await isCleared(app, session, ASKING['a program'])).toBe(true)
  })

  it('is cleared ten seconds later for a page that keeps asking', async () => {
    const session = await dead()
    expect(await isCleared(app, session, ASKING['a script'])).toBe(false)
    pass(10_000)
    expect(await isCleared(app, session, ASKING['a script'])).toBe(true)
  })

  it('stays when the login failed, and is cleared as before', async () => {
    const session = await dead()
    const body = { ...MEMBER, password: 'wrong' }
    const answer = await app.request('/api/users/login', { body, headers: session.byCookie })
    expect(answer.status).toBe(401)
    expect(await isCleared(app, session, ASKING['a program'])).toBe(true)
  })

  it('stays while the ledger cannot say what became of it', async () => {
    const session = await dead()
    const mend = breakReads(app.payload)
    expect(await isCleared(app, session, ASKING['a program'])).toBe(false)
    mend()
    expect(await isCleared(app, session, ASKING['a program'])).toBe(true)
  })
})

it('a dead cookie that a program sends with each login is recorded as replaced once', async () => {
  const session = await login(app)
  await app.request('/api/users/logout', { method: 'POST', headers: session.jwt })
  for (let i = 0; i < 3; i += 1) expect((await logins.REST?.(session))?.status).toBe(200)
  const { docs } = await app.payload.find({
    collection: 'revocations',
    where: { subject: { equals: `sid:${session.claims.sid}` } },
    sort: 'id',
  })
  // Both may be in the same millisecond.
  expect(docs.map(({ reason }) => reason).sort()).toEqual(['logout', 'replaced'])
})
