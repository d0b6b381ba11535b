import { GRAPHQL_POST } from '@payloadcms/next/routes'
import { type Collection, type Config, logoutOperation } from 'payload'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MEMBER } from '../../support/baseConfig.js'
import { type App, createApp } from '../../support/createApp.js'
import { isAccepted } from '../../support/isAccepted.js'
import { type Login, login } from '../../support/login.js'
import { onEachDatabase } from '../../support/onEachDatabase.js'
import { withUsers } from '../../support/withUsers.js'

const PATH = '/api/users/logout?allSessions=true'

type Ask = (
  app: App,
  session: Login,
  password?: string,
) => Promise<{ status: number; name?: string | undefined; field?: unknown }>

const overRest: Ask = async (app, { jwt }, password) => {
  const body = password === undefined ? undefined : { password }
  const answer = await app.request(PATH, { method: 'POST', headers: jwt, body })
  const { errors } = (await answer.json()) as { errors?: { name: string; field?: string }[] }
  return {
    status: answer.status,
    ...(errors && { name: errors[0]?.name, field: errors[0]?.field }),
  }
}

const overGraphQL: Ask = async (app, { jwt }, password) => {
  const given = password === undefined ? '' : `, password: "${password}"`
  const answer = await app.graphQL(`mutation { logoutUser(allSessions: true${given}) }`, jwt)
  const { errors } = (await answer.json()) as {
    errors?: { extensions: { statusCode: number; name: string; data?: { field: string } } }[]
  }
  const { statusCode = 200, name, data } = errors?.[0]?.extensions ?? {}
  return { status: statusCode, ...(errors && { name, field: data?.field }) }
}

const ways = { REST: overRest, GraphQL: overGraphQL }

const accepted = (app: App, sessions: readonly Login[]) =>
  Promise.all(sessions.map((session) => isAccepted(app, session)))

describe('without `reauthentication`', () => {
  it('a stolen session logs its user out everywhere without the password', async () => {
    const app = await createApp({ isDefault: true })
    const [owner, other] = [await login(app), await login(app)]
    expect((await overRest(app, await login(app))).status).toBe(200)
    expect(await accepted(app, [owner, other])).toEqual([false, false])
    const later = await login(app)
    const thief = await login(app)
    const query = `mutation { logoutUser(allSessions: true, password: "x") }`
    expect(await (await app.graphQL(query, thief.jwt)).json()).toHaveProperty('errors')
    expect(await isAccepted(app, later)).toBe(true)
    await app.close()
  })
})

onEachDatabase('with `reauthentication`, a logout from all sessions', (database) => {
  let app: App
  beforeAll(async () => {
    app = await createApp({
      ...database(),
      isDefault: true,
      plugin: { reauthentication: true },
      configure: withUsers((users) => ({ ...users, auth: { maxLoginAttempts: 100 } })),
    })
  })
  afterAll(() => app.close())

  for (const [way, ask] of Object.entries(ways)) {
    it(`over ${way} ends nothing without the password or with a wrong one`, async () => {
      const sessions = [await login(app), await login(app)] as const
      expect(await ask(app, sessions[0])).toEqual({
        status: 403,
        name: 'ReauthenticationRequired',
        field: 'password',
      })
      expect(await ask(app, sessions[0], 'a-wrong-password')).toEqual({
        status: 403,
        name: 'ReauthenticationFailed',
        field: 'password',
      })
      expect(await accepted(app, sessions)).toEqual([true, true])
    })

    it(`over ${way} ends them all with the user’s own password`, async () => {
      const sessions = [await login(app), await login(app)] as const
      expect(await ask(app, sessions[0], MEMBER.password)).toEqual({ status: 200 })
      expect(await accepted(app, sessions)).toEqual([false, false])
    })
  }

  it('is the only one that needs the password: the current session ends without it', async () => {
    const [one, two, three] = [await login(app), await login(app), await login(app)]
    const logout = await app.request('/api/users/logout', { method: 'POST', headers: one.jwt })
    expect(logout.status).toBe(200)
    await app.graphQL('mutation { logoutUser(allSessions: false) }', two.jwt)
    expect(await accepted(app, [one, two, three])).toEqual([false, false, true])
  })
})

describe('with `reauthentication`, the password cannot be avoided', () => {
  /** An application's own logout, which passes the request on unchanged. */
  const withOwnLogout = (config: Config): Config => ({
    ...config,
    endpoints: [
      {
        path: '/leave',
        method: 'post',
        async handler(req) {
          await logoutOperation({ collection: req.payload.collections.users as Collection, req })
          return Response.json({})
        },
      },
    ],
  })
  let app: App
  beforeAll(async () => {
    app = await createApp({
      isDefault: true,
      plugin: { reauthentication: true },
      configure: withOwnLogout,
    })
  })
  afterAll(() => app.close())

  it('by an address that asks for all while the mutation does not', async () => {
    const [one, two] = [await login(app), await login(app)]
    const request = new Request('http://127.0.0.1:3000/api/graphql?allSessions=true', {
      method: 'POST',
      headers: { ...one.jwt, 'Content-Type': 'application/json' },
      body: JSON.stringify({ query: 'mutation { logoutUser }' }),
    })
    await GRAPHQL_POST(app.config)(request)
    expect(await accepted(app, [one, two])).toEqual([false, true])
  })

  it('by an endpoint of the application', async () => {
    const [one, two] = [await login(app), await login(app)]
    const leave = (query: string) =>
      app.request(`/api/leave${query}`, { method: 'POST', headers: one.jwt })
    expect((await leave('?allSessions=true')).status).toBe(403)
    expect(await accepted(app, [one, two])).toEqual([true, true])
    expect((await leave('')).status).toBe(200)
    expect(await accepted(app, [one, two])).toEqual([false, true])
  })

  it('by a body that is not JSON, or a password that is not a string', async () => {
    const session = await login(app)
    const form = { ...session.jwt, 'Content-Type': 'application/x-www-form-urlencoded' }
    const init = { method: 'POST', headers: form, body: `password=${MEMBER.password}` }
    const posted = await app.send(new Request(`http://127.0.0.1:3000${PATH}`, init))
    expect(posted.status).toBe(415)
    const body = { password: { $ne: '' } }
    const answer = await app.request(PATH, { headers: session.jwt, body })
    expect(answer.status).toBe(400)
    expect(await isAccepted(app, session)).toBe(true)
  })

  it('by trying passwords: a wrong one counts as a failed login', async () => {
    const session = await login(app)
    for (let tries = 0; tries < 5; tries += 1) await overRest(app, session, 'a-wrong-password')
    expect(await overRest(app, session, MEMBER.password)).toMatchObject({
      name: 'ReauthenticationFailed',
    })
    await expect(login(app)).rejects.toThrow()
    await app.payload.unlock({
      collection: 'users',
      data: { email: MEMBER.email } as never,
      overrideAccess: true,
    })
  })
})

describe('with `reauthentication`, the endpoint behind it', () => {
  it("is another plugin's logout, if there is one", async () => {
    const handler = () => Response.json({ by: 'another plugin' })
    const app = await createApp({
      plugin: { reauthentication: true },
      configure: withUsers((users) => ({
        ...users,
        endpoints: [{ path: '/logout', method: 'post', handler }],
      })),
    })
    const { jwt } = await login(app)
    const plain = await app.request('/api/users/logout', { method: 'POST', headers: jwt })
    expect(await plain.json()).toEqual({ by: 'another plugin' })
    expect((await app.request(PATH, { method: 'POST', headers: jwt })).status).toBe(403)
    await app.close()
  })

  it("keeps Payload's own sessions if the password is missing", async () => {
    const app = await createApp({
      plugin: { reauthentication: true },
      configure: withUsers((users) => ({ ...users, auth: { useSessions: true } })),
    })
    const sessions = [await login(app), await login(app)]
    expect((await overRest(app, sessions[0] as Login)).status).toBe(403)
    expect(await accepted(app, sessions)).toEqual([true, true])
    await app.close()
  })
})
