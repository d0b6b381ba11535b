import { createLocalReq } from 'payload'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { transactionOf } from '../../../src/plugin/database/transactionOf.js'
import { type App, type AppOptions, createApp } from '../../support/createApp.js'
import { isAccepted } from '../../support/isAccepted.js'
import { type Login, login, loginFrom } from '../../support/login.js'
import { onEachDatabaseByNumber } from '../../support/onEachDatabase.js'
import { withUsers } from '../../support/withUsers.js'

const apps: App[] = []
afterEach(async () => {
  vi.useRealTimers()
  await Promise.all(apps.splice(0).map((app) => app.close()))
})

/** A user with a relationship. Payload populates it when `depth` asks for it. */
async function appWith(options: AppOptions): Promise<App> {
  const app = await createApp({
    ...options,
    configure: withUsers((users) => ({
      ...users,
      access: { ...users.access, delete: () => true },
      fields: [...users.fields, { name: 'team', type: 'relationship', relationTo: 'posts' }],
    })),
  })
  apps.push(app)
  const { docs } = await app.payload.find({ collection: 'posts' })
  await app.payload.update({ collection: 'users', id: 1, data: { team: docs[0]?.id } })
  return app
}

const sessionsOf = async ({ payload }: App) =>
  (await payload.count({ collection: 'user-sessions' as never })).totalDocs

const ask = (app: App, method: string, path: string, { byCookie }: Login, body?: object) =>
  app.request(path, { method, headers: byCookie, ...(body && { body }) })

onEachDatabaseByNumber('a user document that is populated on the way', (database) => {
  it('hides no change that ends its sessions', async () => {
    const revokeWhen = ({ doc }: { doc: { role?: string } }) => doc.role === 'disabled'
    const app = await appWith({ ...database(), plugin: { revokeWhen } })
    for (const body of [{ role: 'disabled' }, { role: 'member', password: 'member-password' }]) {
      const [session, other] = [await login(app), await login(app)]
      const answer = await ask(app, 'PATCH', '/api/users/1?depth=3', session, body)
      expect(answer.status).toBe(200)
      expect(await isAccepted(app, other), JSON.stringify(body)).toBe(false)
    }
    const session = await login(app)
    expect((await ask(app, 'DELETE', '/api/users/1?depth=3', session)).status).toBe(200)
    expect(await isAccepted(app, session)).toBe(false)
  })

  it('leaves no login without a record, and rotates at every refresh', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const app = await appWith({ ...database(), plugin: { rotation: { grace: 10 } } })
    const session = await login(app)
    expect(await sessionsOf(app)).toBe(1)
    const answer = await ask(app, 'POST', '/api/users/refresh-token?depth=3', session)
    const { refreshedToken } = (await answer.json()) as { refreshedToken: string }
    vi.setSystemTime(Date.now() + 10_000)
    expect(await isAccepted(app, session)).toBe(false)
    expect(await isAccepted(app, loginFrom(refreshedToken))).toBe(true)
  })

  it('makes no logout wait for a commit that never comes', async () => {
    const app = await appWith(database())
    const [session, other] = [await login(app), await login(app)]
    const path = '/api/users/logout?allSessions=true&depth=3'
    expect((await ask(app, 'POST', path, session)).status).toBe(200)
    expect(await isAccepted(app, session)).toBe(false)
    expect(await isAccepted(app, other)).toBe(false)
  })
})

describe('the transaction of a request', () => {
  it('is what can be committed, and nothing else', async () => {
    const app = await appWith({})
    const req = await createLocalReq({}, app.payload)
    for (const none of [undefined, null, {}, '', Promise.resolve(null), Promise.resolve({})]) {
      req.transactionID = none as never
      expect(await transactionOf(req)).toBeUndefined()
    }
    for (const some of ['an-id', 7, Promise.resolve('an-id')]) {
      req.transactionID = some
      expect(await transactionOf(req)).toBe(await some)
    }
  })
})
