import { describe, expect, it } from 'vitest'
import { ALL_ENDED, byPassword, endings, isKnown, newEmail, PASSWORD, type Way } from './endings.js'
import { pluginSites, type Site } from './pluginSite.js'
import { itReports } from './sentryReports.js'
import type { Visitor } from './visitor.js'

const start = pluginSites()

const WITHOUT = { WITHOUT_REVOCATION: 'true' }
const ADDITION = { ADDITION: 'true' }

describe('plugin-multi-tenant', () => {
  describe('without ours', () =>
    endings(start('multiTenant', WITHOUT), { signIn: byPassword() }, {}))
  describe('with ours', () => {
    const site = start('multiTenant', ADDITION)
    const tenant = (name: string) => site().account({ collection: 'tenants', data: { name } })

    it('shows them the notes of their tenant', async () => {
      const [theirs, another] = [await tenant('theirs'), await tenant('another')]
      for (const each of [theirs, another])
        await site().account({ collection: 'notes', data: { title: 'note', tenant: each } })
      const { visitor } = await byPassword({ tenants: [{ tenant: theirs }] })(site())
      const { body } = await visitor.json('/api/notes')
      expect(body).toMatchObject({ totalDocs: 1, docs: [{ tenant: { id: theirs } }] })
    })

    it('with the rule of the recipes, they are out when they leave a tenant', async () => {
      const person = await byPassword({ tenants: [{ tenant: await tenant('left') }] })(site())
      await site().account({ collection: 'users', id: person.id, data: { tenants: [] } })
      expect(await isKnown(person.visitor)).toBe(false)
    })

    endings(site, { signIn: byPassword() }, ALL_ENDED)
  })
})

describe('plugin-import-export', () => {
  const exports = (visitor: Visitor) =>
    visitor.ask('/api/exports', { body: { collectionSlug: 'notes', format: 'json' } })
  const way = {
    signIn: byPassword(),
    async isIn(visitor: Visitor) {
      const { status } = await exports(visitor)
      if (![201, 401, 403].includes(status)) throw new Error(`exports: ${status}`)
      return status === 201
    },
  }
  describe('without ours', () => endings(start('importExport', WITHOUT), way, {}))
  describe('with ours', () => endings(start('importExport'), way, ALL_ENDED))
})

describe('plugin-sentry', () => {
  describe('without ours', () => void itReports(start, { env: WITHOUT, hasToken: true }))
  describe('with ours', () => {
    endings(
      itReports(start, { env: ADDITION, hasToken: false }),
      { signIn: byPassword() },
      ALL_ENDED,
    )
  })
})

describe('plugin-mcp', () => {
  /** A key that the user makes. What follows needs no cookie. */
  const byKey: Way = {
    async signIn(site) {
      const person = await byPassword()(site)
      const apiKey = crypto.randomUUID()
      const made = await person.visitor.ask('/api/payload-mcp-api-keys', {
        body: { enableAPIKey: true, apiKey, label: 'mine', notes: { find: true } },
      })
      expect(made.status).toBe(201)
      person.visitor.cookies.set('key', apiKey)
      return person
    },
    async isIn(visitor) {
      const params = {
        protocolVersion: '2025-06-18',
        capabilities: {},
        clientInfo: { name: 'test', version: '1' },
      }
      const { status } = await visitor.ask('/api/mcp', {
        body: { jsonrpc: '2.0', id: 1, method: 'initialize', params },
        headers: {
          Cookie: '',
          Authorization: `Bearer ${visitor.cookies.get('key')}`,
          Accept: 'application/json, text/event-stream',
        },
      })
      if (status !== 200 && status !== 401) throw new Error(`mcp: ${status}`)
      return status === 200
    },
  }
  describe('without ours', () => endings(start('mcp', WITHOUT), byKey, {}))
  describe('with ours', () => {
    const site = start('mcp')
    describe('a login', () => endings(site, { signIn: byPassword() }, ALL_ENDED))
    describe('a key', () =>
      endings(site, byKey, {
        logout: 'alive',
        'logout of all sessions': 'alive',
        revokeUser: 'alive',
        'new password': 'alive',
        revokeEveryone: 'alive',
      }))
  })
  describe('with ours and the hook', () =>
    endings(start('mcp', ADDITION), byKey, { ...ALL_ENDED, logout: 'alive' }))
})

describe('payload-auth (better-auth)', () => {
  const signUp: Way['signIn'] = async (site) => {
    const visitor = site.visitor()
    const body = { name: 'Somebody', email: newEmail(), password: PASSWORD }
    const { body: answer } = await visitor.json<{ user: { id: number } }>(
      '/api/auth/sign-up/email',
      { body },
    )
    return { visitor, id: answer.user.id, password: PASSWORD }
  }
  const change =
    (revokeOtherSessions: boolean): Way['changePassword'] =>
    async (_, { visitor, password }) => {
      const body = { currentPassword: password, newPassword: 'another-password' }
      const changed = await visitor.ask('/api/auth/change-password', {
        body: { ...body, revokeOtherSessions },
      })
      expect(changed.status).toBe(200)
    }
  /** By Payload and by better-auth itself. */
  const isIn = async (visitor: Visitor) => {
    const { body } = await visitor.json<object | null>('/api/auth/get-session')
    const answers = [Boolean(body), await isKnown(visitor)]
    expect(new Set(answers).size, String(answers)).toBe(1)
    return answers[0] === true
  }
  const way = { signIn: signUp, isIn, changePassword: change(false) }

  describe('without ours', () =>
    endings(start('betterAuth', WITHOUT), way, { logout: 'ended', 'new password': 'alive' }))
  describe('with ours', () => {
    const site = start('betterAuth')
    endings(site, way, {
      logout: 'ended',
      'logout of all sessions': 'ended',
      revokeUser: 'alive',
      'new password': 'alive',
      revokeEveryone: 'alive',
    })
  })
  describe('with ours and the hook', () => {
    const site = start('betterAuth', ADDITION)
    const others = { signIn: (site: Site) => signUp(site), isIn, changePassword: change(true) }

    it('an administrator ends it over REST, as the admin panel does', async () => {
      const [admin, person] = [await signUp(site()), await signUp(site())]
      await site().account({ collection: 'users', id: admin.id, data: { role: ['admin'] } })
      const body = { user: { collection: 'users', id: person.id } }
      expect(await isIn(person.visitor)).toBe(true)
      const answer = await admin.visitor.json('/api/revocation/revoke', { body })
      expect(answer).toMatchObject({ status: 200 })
      expect(await isIn(person.visitor)).toBe(false)
      expect(await isIn(admin.visitor)).toBe(true)
    })

    it('a logout of all sessions ends the one on another device', async () => {
      const here = await signUp(site())
      const there = site().visitor()
      const email = (await here.visitor.json<{ user: { email: string } }>('/api/users/me')).body
        .user.email
      await there.ask('/api/auth/sign-in/email', { body: { email, password: PASSWORD } })
      expect(await isIn(there)).toBe(true)
      await here.visitor.ask('/api/users/logout?allSessions=true', { method: 'POST' })
      expect(await isIn(there)).toBe(false)
    })

    endings(site, others, ALL_ENDED)
  })
})

/** Signs in with the provider, as a browser does: authorize, and back to the callback. */
async function throughProvider(visitor: Visitor, authorize: string, email: string) {
  const params = new URL(authorize).searchParams
  const back = new URL(String(params.get('redirect_uri')))
  back.searchParams.set('code', email)
  const state = params.get('state')
  if (state) back.searchParams.set('state', state)
  return visitor.ask(back.pathname + back.search)
}

describe.each(['database', 'jwt'] as const)(
  'payload-authjs with its session strategy %s',
  (strategy) => {
    const env = { AUTHJS_SESSIONS: strategy }
    const signIn: Way['signIn'] = async (site) => {
      const visitor = site.visitor()
      const { body } = await visitor.json<{ csrfToken: string }>('/authjs/csrf')
      const form = { csrfToken: body.csrfToken, callbackUrl: site.origin }
      const sent = await visitor.ask('/authjs/signin/provider', { form })
      await throughProvider(visitor, String(sent.headers.get('Location')), newEmail())
      const me = await visitor.json<{ user: { id: string } }>('/api/users/me')
      expect(me).toMatchObject({ status: 200, body: { user: { id: expect.any(String) } } })
      return { visitor, id: me.body.user.id, password: '' }
    }
    const isIn = async (visitor: Visitor) => {
      const { body } = await visitor.json<object | null>('/authjs/session')
      const answers = [Boolean(body), await isKnown(visitor)]
      expect(new Set(answers).size, String(answers)).toBe(1)
      return answers[0] === true
    }
    const isStored = strategy === 'database'
    const logout = isStored ? 'ended' : 'alive'
    describe('without ours', () =>
      endings(start('authjs', { ...env, ...WITHOUT }), { signIn, isIn }, { logout }))
    describe('with ours', () =>
      endings(
        start('authjs', env),
        { signIn, isIn },
        {
          logout,
          revokeUser: 'alive',
          revokeEveryone: 'alive',
        },
      ))
    describe('with ours and the hook', () =>
      endings(
        start('authjs', { ...env, ...ADDITION }),
        { signIn, isIn },
        {
          logout,
          'logout of all sessions': isStored ? 'ended' : 'alive',
          revokeUser: isStored ? 'ended' : 'alive',
          revokeEveryone: isStored ? 'ended' : 'alive',
        },
      ))
  },
)

describe('payload-auth-plugin', () => {
  const byProvider =
    (name: string, me: (visitor: Visitor) => Promise<number>): Way['signIn'] =>
    async (site) => {
      const visitor = site.visitor()
      const sent = await visitor.ask(`/api/${name}/oauth/authorization/provider`)
      await throughProvider(visitor, String(sent.headers.get('Location')), newEmail())
      return { visitor, id: await me(visitor), password: '' }
    }

  describe('with the cookie of the admin panel (useAdmin)', () => {
    const signIn = byProvider('admin', async (visitor) => {
      const { body } = await visitor.json<{ user: { id: number } }>('/api/users/me')
      return body.user.id
    })
    describe('without ours', () => endings(start('ownOAuth', WITHOUT), { signIn }, {}))
    describe('with ours', () => endings(start('ownOAuth'), { signIn }, ALL_ENDED))
  })

  describe('with a cookie of its own, which only its own endpoints read', () => {
    const way: Way = {
      async signIn(site) {
        const visitor = site.visitor()
        const body = { email: newEmail(), password: PASSWORD, allowAutoSignin: true }
        await visitor.ask('/api/site/auth/signup', { body })
        return { visitor, id: 0, password: PASSWORD }
      },
      isIn: async (visitor) => (await visitor.ask('/api/site/session/user')).status === 200,
      logOut: (visitor) => visitor.ask('/api/site/session/signout'),
    }
    const env = { COOKIE: 'own' }
    const alive = { logout: 'alive' } as const
    describe('without ours', () => endings(start('ownOAuth', { ...env, ...WITHOUT }), way, alive))
    describe('with ours', () =>
      endings(start('ownOAuth', env), way, { ...alive, revokeEveryone: 'alive' }))
  })
})
