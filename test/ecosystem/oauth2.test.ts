import '../support/nextEnvironment.js'
import type { CollectionConfig, Config } from 'payload'
import { OAuth2Plugin } from 'payload-oauth2'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { CLOCK_TOLERANCE_MS } from '../../src/core/revocation.js'
import { revocations } from '../../src/index.js'
import type { App } from '../support/createApp.js'
import {
  after,
  ask,
  type Browser,
  itKnowsItsToken,
  me,
  type Person,
  type Visited,
} from '../support/itsToken.js'
import { claimsOf } from '../support/login.js'
import { onEachDatabaseByNumber } from '../support/onEachDatabase.js'
import { createVisited, type VisitedOptions } from '../support/visitedApp.js'
import { withUsers } from '../support/withUsers.js'

const subjectOf = (email: string) => `subject of ${email}`

/** A provider that identifies users by the code that they bring. */
const provider = {
  strategyName: 'oauth2',
  serverURL: 'http://127.0.0.1:3000',
  clientId: 'client',
  clientSecret: 'secret',
  providerAuthorizationUrl: 'http://127.0.0.1:3000/authorize',
  tokenEndpoint: 'http://127.0.0.1:3000/token',
  scopes: ['email'],
  authorizePath: '/oauth/authorize',
  callbackPath: '/oauth/callback',
  getToken: async (code: string) => code,
  getUserInfo: async (token: string) => ({ email: token, sub: subjectOf(token) }),
  successRedirect: () => '/',
  failureRedirect: (_: unknown, error: unknown) => `/failed?${error}`,
}

const withOAuth2 =
  (options: object) =>
  (config: Config): Config =>
    OAuth2Plugin({ ...provider, ...options })(config)

/**
 * Its own tokens contain only the second and the user, so those of one second have the same text.
 */
beforeAll(() => void vi.useFakeTimers({ toFake: ['Date'] }))
afterAll(() => void vi.useRealTimers())

const pass = (ms: number) => vi.setSystemTime(Date.now() + ms)

async function byProvider(app: App, { email }: Person): Promise<Browser> {
  pass(1_000)
  const answer = await app.request(`/api/users/oauth/callback?code=${email}`)
  const browser = after(answer, { cookies: new Map() })
  if (!browser.token) throw new Error(`Not signed in: ${answer.headers.get('Location')}`)
  return browser
}

const auth = (options: CollectionConfig['auth']) =>
  withUsers((users) => ({ ...users, auth: options }) as CollectionConfig)

type Mode = Pick<VisitedOptions, 'configure' | 'hasPasswords' | 'profileOf'>

const modes: Record<string, Mode> = {
  'with the e-mail address as identity': {
    configure: withOAuth2({ useEmailAsIdentity: true }),
  },
  'with the subject as identity': {
    profileOf: (email: string) => ({ sub: subjectOf(email) }),
    configure: withOAuth2({ subField: { name: 'sub', type: 'text', saveToJWT: true } }),
  },
  "with Payload's own sessions": {
    configure: (config: Config) =>
      withOAuth2({ useEmailAsIdentity: true })(auth({ useSessions: true })(config)),
  },
  'with no passwords': {
    hasPasswords: false,
    configure: (config: Config) =>
      withOAuth2({ useEmailAsIdentity: true })(auth({ disableLocalStrategy: true })(config)),
  },
}

for (const [mode, options] of Object.entries(modes))
  onEachDatabaseByNumber(
    `payload-oauth2 ${mode}: its own token, without jti, iat and authVersion`,
    (database) => {
      let visited: Visited
      beforeAll(async () => {
        visited = await createVisited({
          ...database(),
          strategy: 'oauth2',
          logIn: byProvider,
          ...options,
        })
      })
      afterAll(() => visited.app.close())

      it('is what the plugin signs', async () => {
        const { token } = await visited.logIn(await visited.newPerson())
        for (const claim of ['iat', 'jti']) expect(claimsOf(token)).not.toHaveProperty(claim)
        expect(claimsOf(`.${token}`)).toEqual({ alg: 'HS256' })
      })

      itKnowsItsToken(() => visited, options)

      it('is as old as its `exp` shows: a cut-off ends it, but not the one of the next login', async () => {
        const { app, newPerson, logIn } = visited
        const person = await newPerson()
        const before = await logIn(person)
        await revocations(app.payload).revoke({ user: { collection: 'users', id: person.id } })
        expect((await me(app, before)).status).toBe(401)
        pass(CLOCK_TOLERANCE_MS)
        const next = await logIn(person)
        expect(await me(app, next)).toMatchObject({ status: 200, user: { id: person.id } })
        expect((await me(app, before)).status).toBe(401)
      })

      it('ends its session when it is used for a refresh after it was rotated', async () => {
        const { app, newPerson, logIn } = visited
        const copied = await logIn(await newPerson())
        const refresh = { method: 'POST' }
        const next = after(await ask(app, copied, '/api/users/refresh-token', refresh), copied)
        pass(10_000)
        expect((await me(app, next)).status).toBe(200)
        expect((await ask(app, copied, '/api/users/refresh-token', refresh)).status).toBe(401)
        expect((await me(app, next)).status).toBe(401)
      })
    },
  )

onEachDatabaseByNumber(
  'payload-oauth2 with the e-mail address as identity: a login with a password',
  (database) => {
    let visited: Visited
    beforeAll(async () => {
      visited = await createVisited({
        ...database(),
        strategy: 'oauth2',
        configure: withOAuth2({ useEmailAsIdentity: true }),
      })
    })
    afterAll(() => visited.app.close())

    itKnowsItsToken(() => visited)
  },
)
