import type { CollectionConfig } from 'payload'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { MEMBER } from '../../support/baseConfig.js'
import { type App, type AppOptions, createApp } from '../../support/createApp.js'
import { isAccepted } from '../../support/isAccepted.js'
import { login } from '../../support/login.js'
import { onEachDatabase } from '../../support/onEachDatabase.js'
import { withUsers } from '../../support/withUsers.js'

const MAX_ATTEMPTS = 3

/** What a hook of the application waits for, after the next login. */
let meanwhile: (() => Promise<unknown>) | undefined

const account = withUsers(
  (users): CollectionConfig => ({
    ...users,
    auth: { maxLoginAttempts: MAX_ATTEMPTS, lockTime: 3_600_000, useSessions: false },
    hooks: {
      afterLogin: [
        async () => {
          const work = meanwhile
          meanwhile = undefined
          await work?.()
        },
      ],
    },
  }),
)

const appWith = (options: AppOptions) => createApp({ ...options, configure: account })

const attempt = (app: App, password: string) =>
  app.request('/api/users/login', { body: { ...MEMBER, password } })
const wrong = (app: App, count: number) =>
  Array.from({ length: count }, (_, index) => attempt(app, `wrong-${index}`))

const unlock = ({ payload }: App) =>
  payload.unlock({
    collection: 'users',
    data: { email: MEMBER.email },
    overrideAccess: true,
  })

afterEach(() => vi.useRealTimers())

onEachDatabase('failed logins that lock an account', (database, { hasOneWriter }) => {
  let app: App
  beforeAll(async () => {
    app = await appWith(database())
  })
  afterAll(() => app?.close())

  it('end the sessions of the last 20 seconds and no older ones', async () => {
    const older = await login(app)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 21_000 })
    const younger = await login(app)
    await Promise.all(wrong(app, 8))
    expect(await isAccepted(app, younger)).toBe(false)
    expect(await isAccepted(app, older)).toBe(true)
    const { docs } = await app.payload.find({
      collection: 'revocations',
      where: { subject: { equals: `sid:${younger.claims.sid}` } },
    })
    expect(new Set(docs.map(({ reason }) => reason))).toEqual(new Set(['account-locked']))
    await unlock(app)
  })

  if (hasOneWriter) return

  it('refuse a login whose hooks they overtake', async () => {
    meanwhile = () => Promise.all(wrong(app, 8))
    expect((await attempt(app, MEMBER.password)).status).toBe(401)
    await unlock(app)
  })
})

describe('failed logins that lock an account', () => {
  it('make a right password useless even if no records are kept', async () => {
    const app = await appWith({ plugin: { sessions: false } })
    const session = await login(app)
    await Promise.all(wrong(app, 8))
    expect(await isAccepted(app, session)).toBe(false)
    await app.close()
  })

  it('leave a working token without the plugin, if Payload keeps no sessions', async () => {
    const app = await appWith({ plugin: false })
    const session = await login(app)
    await Promise.all(wrong(app, 8))
    expect((await attempt(app, MEMBER.password)).status).toBe(401)
    expect(await isAccepted(app, session)).toBe(true)
    await app.close()
  })
})
