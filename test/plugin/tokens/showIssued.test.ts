import {
  type CollectionAfterOperationHook,
  type CollectionConfig,
  type Config,
  jwtSign,
  type Plugin,
} from 'payload'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { revocations } from '../../../src/index.js'
import { MEMBER } from '../../support/baseConfig.js'
import { type App, createApp } from '../../support/createApp.js'
import { isAccepted } from '../../support/isAccepted.js'
import { claimsOf, type Login, login, loginFrom } from '../../support/login.js'
import { refreshes } from '../../support/refreshing.js'
import { signToken } from '../../support/signToken.js'
import { stateless, withUsers } from '../../support/withUsers.js'

/** By hook: the tokens that it received. */
let seen: Record<string, (string | undefined)[]> = {}
const note = (hook: string, token: unknown) => {
  seen[hook] = [...(seen[hook] ?? []), token as string | undefined]
}

const withHooks = (hooks: CollectionConfig['hooks']) =>
  withUsers((users) => ({ ...users, hooks }) as CollectionConfig)

const watching = withHooks({
  afterLogin: [({ token }) => note('afterLogin', token)],
  afterRefresh: [
    ({ token, exp }) => {
      note('afterRefresh', token)
      note('exp', exp)
    },
  ],
  afterOperation: [
    ({ result }) => {
      const { token, refreshedToken } = result as { token?: string; refreshedToken?: string }
      if (token ?? refreshedToken) note('afterOperation', token ?? refreshedToken)
      return result
    },
  ],
})

const logOut = (app: App, { jwt }: Login) =>
  app.request('/api/users/logout', { method: 'POST', headers: jwt })

beforeEach(() => {
  seen = {}
})

describe('without the plugin', () => {
  it('the token that a hook received survives the logout of its session', async () => {
    const app = await createApp({
      plugin: false,
      configure: (config) => stateless(watching(config)),
    })
    const session = await login(app)
    await logOut(app, session)
    expect(await isAccepted(app, { token: seen.afterLogin?.[0] ?? '' })).toBe(true)
    await app.close()
  })
})

describe('a hook of the application', () => {
  let app: App
  beforeAll(async () => {
    app = await createApp({ isDefault: true, configure: watching })
  })
  afterAll(() => app.close())

  const logins: Record<string, () => Promise<Login>> = {
    REST: () => login(app),
    GraphQL: async () => {
      const { email, password } = MEMBER
      const query = `mutation { loginUser(email: "${email}", password: "${password}") { token } }`
      const answer = await app.graphQL(query)
      const { data } = (await answer.json()) as { data: { loginUser: { token: string } } }
      return loginFrom(data.loginUser.token)
    },
    'the Local API': async () => {
      const { token = '' } = await app.payload.login({ collection: 'users', data: MEMBER })
      return loginFrom(token)
    },
  }
  for (const [way, logIn] of Object.entries(logins))
    it(`receives the token that a login over ${way} returns`, async () => {
      const { token, claims } = await logIn()
      expect(seen).toEqual({ afterLogin: [token], afterOperation: [token] })
      expect(claims).toMatchObject({ jti: expect.any(String), sid: expect.any(String) })
    })

  for (const [way, refresh] of Object.entries(refreshes))
    it(`receives the token that a refresh over ${way} returns`, async () => {
      const session = await login(app)
      seen = {}
      const token = (await refresh(app, session)) ?? ''
      const { exp, sid } = claimsOf(token)
      expect(seen).toEqual({ afterRefresh: [token], exp: [exp], afterOperation: [token] })
      expect(sid).toBe(session.claims.sid)
    })

  it('so its token ends with the session', async () => {
    const session = await login(app)
    const refreshed = await refreshes.GraphQL?.(app, session)
    const shown = Object.values(seen)
      .flat()
      .filter((each) => typeof each === 'string')
    expect(new Set(shown)).toEqual(new Set([session.token, refreshed]))
    await logOut(app, loginFrom(refreshed ?? ''))
    for (const token of shown) expect(await isAccepted(app, { token })).toBe(false)
  })

  it('receives a token from a password reset that is already refused', async () => {
    const { email } = MEMBER
    const { token } = { token: await forgotten(app, email) }
    const body = { token, password: MEMBER.password }
    const answer = await app.request('/api/users/reset-password', { body })
    const { token: handedOut } = (await answer.json()) as { token: string }
    expect(await isAccepted(app, { token: handedOut })).toBe(true)
    expect(seen.afterOperation).toEqual([handedOut])
    expect(seen.afterLogin).toHaveLength(1)
    expect(await isAccepted(app, { token: seen.afterLogin?.[0] ?? '' })).toBe(false)
  })
})

const forgotten = async ({ payload }: App, email: string) =>
  String(await payload.forgotPassword({ collection: 'users', data: { email }, disableEmail: true }))

describe('a hook after the operation', () => {
  const appWith = (hook: CollectionAfterOperationHook) =>
    createApp({ configure: withHooks({ afterOperation: [hook] }) })

  it('that fails leaves no session and no rotated token behind', async () => {
    let isFailing = false
    const app = await appWith(({ operation, result }) => {
      if (isFailing && /login|refresh/.test(operation)) throw new Error('no')
      return result
    })
    const session = await login(app)
    isFailing = true
    for (const [path, init] of [
      ['login', { body: MEMBER }],
      ['refresh-token', { method: 'POST', headers: session.jwt }],
    ] as const) {
      expect((await app.request(`/api/users/${path}`, init)).status).toBe(500)
    }
    isFailing = false
    expect((await app.payload.count({ collection: 'user-sessions' })).totalDocs).toBe(1)
    expect((await app.payload.count({ collection: 'revocations' })).totalDocs).toBe(0)
    await app.close()
  })

  it('that signs the token again gets it into the session that began', async () => {
    const app = await appWith(async ({ operation, req, result }) => {
      if (operation !== 'login') return result
      const fieldsToSign = { id: 1, collection: 'users', email: MEMBER.email, plan: 'gold' }
      const { secret } = req.payload
      return { ...result, ...(await jwtSign({ fieldsToSign, secret, tokenExpiration: 7_200 })) }
    })
    const session = await login(app)
    expect(session.claims).toMatchObject({ jti: expect.any(String), plan: 'gold' })
    const sessions = await revocations(app.payload).sessions({ collection: 'users', id: 1 })
    expect(sessions).toMatchObject([{ id: session.claims.sid }])
    await logOut(app, session)
    expect(await isAccepted(app, session)).toBe(false)
    await app.close()
  })

  it('that returns a token that Payload itself refuses does not make it valid', async () => {
    const app = await appWith(({ operation, result }) => {
      if (operation !== 'login') return result
      const exp = Math.floor(Date.now() / 1_000) + 7_200
      const claims = { id: 1, collection: 'users', email: MEMBER.email, exp }
      const token = signToken(claims, {
        secret: app.config.secret,
        header: { authVersion: undefined },
      })
      return { ...result, token }
    })
    const { token } = await login(app)
    const answer = await app.request('/api/users/me', { headers: loginFrom(token).jwt })
    expect(await answer.json()).toMatchObject({ user: null })
    await app.close()
  })
})

describe('a plugin whose beforeOperation passes on other arguments', () => {
  /** Runs after ours. */
  const other: Plugin = (config: Config): Config =>
    withUsers((users) => ({
      ...users,
      hooks: {
        ...users.hooks,
        beforeOperation: [...(users.hooks?.beforeOperation ?? []), ({ args }) => ({ ...args })],
      },
    }))(config)

  it('does not make the token of a login after a password change invalid', async () => {
    const app = await createApp({
      configure: (config) => ({ ...config, plugins: [Object.assign(other, { order: 2_000 })] }),
    })
    await app.payload.update({ collection: 'users', id: 1, data: { password: MEMBER.password } })
    expect(await isAccepted(app, await login(app))).toBe(true)
    await app.close()
  })
})
