import { createLocalReq, refreshOperation } from 'payload'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { breakWrites } from '../../support/breakWrites.js'
import { type App, type AppOptions, createApp } from '../../support/createApp.js'
import { eventually } from '../../support/eventually.js'
import { isAccepted } from '../../support/isAccepted.js'
import { claimsOf, type Login, login, loginFrom } from '../../support/login.js'
import { onEachDatabase } from '../../support/onEachDatabase.js'
import { postgresDatabase } from '../../support/postgresDatabase.js'
import { refresh, refreshes } from '../../support/refreshing.js'
import { stateless, withUsers } from '../../support/withUsers.js'

const GRACE_MS = 10_000

beforeAll(() => void vi.useFakeTimers({ toFake: ['Date'] }))
afterAll(() => void vi.useRealTimers())

const pass = (ms: number) => vi.setSystemTime(Date.now() + ms)

const apps: App[] = []
const appWith = async (options: AppOptions = {}) => {
  const app = await createApp(options)
  apps.push(app)
  return app
}
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()))
})

const rotated = async ({ payload }: App, { claims }: Login) => {
  const { docs } = await payload.find({
    collection: 'revocations',
    where: { subject: { equals: `jti:${claims.jti}` } },
  })
  return docs
}

async function refreshed(app: App, session: Login): Promise<Login> {
  return loginFrom((await refresh(app, session)) ?? '')
}

describe('a token that was refreshed', () => {
  it('works on without the plugin, so a thief stays logged in', async () => {
    const app = await appWith({ plugin: false, configure: stateless })
    const session = await login(app)
    pass(1_000)
    await refreshed(app, session)
    pass(60_000)
    expect(await isAccepted(app, session)).toBe(true)
  })

  it('works on with `rotation: false`', async () => {
    const app = await appWith({ plugin: { rotation: false } })
    const session = await login(app)
    const next = await refreshed(app, session)
    pass(60_000)
    expect(await isAccepted(app, session)).toBe(true)
    expect(await isAccepted(app, next)).toBe(true)
    expect(await rotated(app, session)).toEqual([])
  })

  it('is refused at once with a grace of 0', async () => {
    const app = await appWith({ plugin: { rotation: { grace: 0 } } })
    const session = await login(app)
    const next = await refreshed(app, session)
    expect(await isAccepted(app, session)).toBe(false)
    expect(await isAccepted(app, next)).toBe(true)
  })

  it('is refused after the grace period that the application chose', async () => {
    const app = await appWith({ plugin: { rotation: { grace: 2 } } })
    const session = await login(app)
    await refreshed(app, session)
    pass(1_999)
    expect(await isAccepted(app, session)).toBe(true)
    pass(1)
    expect(await isAccepted(app, session)).toBe(false)
  })

  describe('over every way', () => {
    let app: App
    beforeAll(async () => {
      app = await createApp({ isDefault: true })
    })
    afterAll(() => app.close())

    for (const [way, refreshBy] of Object.entries(refreshes))
      it(`works for the grace period and not a moment longer: ${way}`, async () => {
        const session = await login(app)
        const token = (await refreshBy(app, session)) ?? ''
        pass(GRACE_MS - 1)
        expect(await isAccepted(app, session)).toBe(true)
        pass(1)
        expect(await isAccepted(app, session)).toBe(false)
        expect(await isAccepted(app, { token })).toBe(true)
        expect(claimsOf(token).sid).toBe(session.claims.sid)
      })

    it('leaves its name, its owner and the end of its grace period in the ledger, but no token', async () => {
      const session = await login(app)
      await refreshed(app, session)
      const [row, ...others] = await rotated(app, session)
      expect(others).toEqual([])
      expect(row).toMatchObject({ scope: 'token', reason: 'rotated', actor: 'users:1' })
      const isoDate = (ms: number) => new Date(ms).toISOString()
      expect(row?.effectiveAt).toBe(isoDate(Date.now() + GRACE_MS))
      expect(row?.expiresAt).toBe(isoDate(Number(session.claims.exp) * 1_000 + 5_000))
      expect(JSON.stringify(row)).not.toContain(session.token.split('.')[2])
    })

    it('does not get a longer life by being refreshed again', async () => {
      const session = await login(app)
      const one = await refreshed(app, session)
      pass(GRACE_MS - 1)
      const two = await refreshed(app, session)
      const [first, second] = await rotated(app, session)
      expect(second?.effectiveAt).toBe(first?.effectiveAt)
      pass(1)
      expect(await isAccepted(app, session)).toBe(false)
      expect(await isAccepted(app, one)).toBe(true)
      expect(await isAccepted(app, two)).toBe(true)
    })
  })

  it('is rotated even if Payload keeps sessions itself, and without an id of its own', async () => {
    const kept = await appWith({
      configure: withUsers((users) => ({ ...users, auth: { useSessions: true } })),
    })
    const session = await login(kept)
    const next = await refreshed(kept, session)
    const bare = await appWith({ plugin: false, configure: stateless })
    const foreign = await login(bare)
    const app = await appWith()
    const ours = await refreshed(app, foreign)
    pass(GRACE_MS)
    expect(await isAccepted(kept, session)).toBe(false)
    expect(await isAccepted(kept, next)).toBe(true)
    expect(await isAccepted(app, foreign)).toBe(false)
    expect(await isAccepted(app, ours)).toBe(true)
  })

  it('is not ended by a refresh with another credential', async () => {
    const app = await appWith()
    const apiKey = 'a-key-of-the-tests'
    await app.payload.create({
      collection: 'customers',
      data: { email: 'key@example.com', password: 'key-password', enableAPIKey: true, apiKey },
    })
    const headers = { Authorization: `customers API-Key ${apiKey}` }
    await app.request('/api/customers/refresh-token', { method: 'POST', headers })
    expect((await app.payload.count({ collection: 'revocations' })).totalDocs).toBe(0)
  })
})

/**
 * SQLite with transactions allows one writer at a time: of ten refreshes Payload itself answers
 * one, and nine with 500. So they come one after another, within the grace period.
 */
const oneByOne = async <T>(works: (() => Promise<T>)[]) => {
  const results: T[] = []
  for (const work of works) results.push(await work())
  return results
}

onEachDatabase('ten tabs that refresh at once', (database) => {
  let app: App
  let all: <T>(works: (() => Promise<T>)[]) => Promise<T[]>
  beforeEach(async () => {
    const options = database()
    all = options.transactions ? oneByOne : (works) => Promise.all(works.map((work) => work()))
    app = await appWith({ ...options, isDefault: true })
  })

  it('all stay logged in, and the old token ends with the first refresh', async () => {
    const session = await login(app)
    const ways = Object.values(refreshes)
    const tokens = await all([...ways, ...ways].map((refreshBy) => () => refreshBy(app, session)))
    expect(new Set(tokens).size).toBe(10)
    const successors = (await rotated(app, session)).map(({ successor }) => successor)
    expect(successors.sort()).toEqual(tokens.map((token) => claimsOf(token ?? '').jti).sort())
    pass(GRACE_MS)
    for (const token of tokens) expect(await isAccepted(app, { token: token ?? '' })).toBe(true)
    expect(await isAccepted(app, session)).toBe(false)
  })

  it('get no new token when the rotation cannot be written, and the old one stays valid', async () => {
    const session = await login(app)
    const mend = breakWrites(app.payload)
    const post = { method: 'POST', headers: session.jwt }
    const answers = await all([
      () => app.request('/api/users/refresh-token', post),
      () => app.request('/api/users/refresh-token', post),
    ])
    for (const answer of answers) {
      expect(answer.status).toBe(500)
      expect(await answer.text()).not.toContain('eyJ')
      expect(answer.headers.has('Set-Cookie')).toBe(false)
    }
    mend()
    pass(GRACE_MS)
    expect(await isAccepted(app, session)).toBe(true)
    const next = await refreshed(app, session)
    pass(GRACE_MS)
    expect(await isAccepted(app, session)).toBe(false)
    expect(await isAccepted(app, next)).toBe(true)
  })
})

it('two processes on one database refresh one token at the same time, and both new ones are valid', async () => {
  const one = await appWith()
  const two = await appWith({ database: one.database })
  const session = await login(one)
  const next = await Promise.all([refreshed(one, session), refreshed(two, session)])
  expect(next[0].claims.jti).not.toBe(next[1].claims.jti)
  pass(GRACE_MS)
  for (const app of [one, two]) {
    await eventually(async () => expect(await isAccepted(app, session)).toBe(false))
    for (const each of next) expect(await isAccepted(app, each)).toBe(true)
  }
})

describe('on PostgreSQL', () => {
  it('no refresh waits for a second connection', async () => {
    const app = await appWith({ postgres: postgresDatabase(), poolSize: 2 })
    const sessions = await Promise.all(Array.from({ length: 6 }, () => login(app)))
    const next = await Promise.all(sessions.map((session) => refreshed(app, session)))
    pass(GRACE_MS)
    for (const session of sessions) expect(await isAccepted(app, session)).toBe(false)
    for (const session of next) expect(await isAccepted(app, session)).toBe(true)
  })

  it('a refresh in a transaction of the application ends the old token when that commits', async () => {
    const app = await appWith({ postgres: postgresDatabase() })
    const { db } = app.payload
    const inTransaction = async (session: Login) => {
      const { user } = await app.payload.auth({ headers: new Headers(session.jwt) })
      const req = await createLocalReq({ user: user ?? undefined }, app.payload)
      const transaction = (await db.beginTransaction()) ?? ''
      req.transactionID = transaction
      await refreshOperation({ collection: app.payload.collections.users, req } as never)
      return transaction
    }
    const [kept, undone] = [await login(app), await login(app)]
    const transactions = { kept: await inTransaction(kept), undone: await inTransaction(undone) }
    await db.commitTransaction(transactions.kept)
    await db.rollbackTransaction(transactions.undone)
    pass(GRACE_MS)
    expect(await isAccepted(app, kept)).toBe(false)
    expect(await isAccepted(app, undone)).toBe(true)
  })
})
