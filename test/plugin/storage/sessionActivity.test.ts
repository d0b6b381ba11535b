import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { revocations } from '../../../src/index.js'
import { runtimeOf } from '../../../src/plugin/runtime/runtimeOf.js'
import { type App, createApp } from '../../support/createApp.js'
import { isAccepted } from '../../support/isAccepted.js'
import { type Login, login } from '../../support/login.js'
import { onEachDatabaseByNumber } from '../../support/onEachDatabase.js'
import { passTime, resetTime } from '../../support/passTime.js'
import { withUsers } from '../../support/withUsers.js'

const MINUTE = 60_000

onEachDatabaseByNumber('when a session was last active', (database, { isSql }) => {
  let app: App
  let other: App
  let statements: string[] = []
  let count = 0
  beforeAll(async () => {
    const options = {
      ...database(),
      configure: withUsers((users) => ({ ...users, access: { delete: () => true } })),
      onStatement: (sql: string) => void statements.push(sql),
      // The tests let an hour pass at once, which must not count as an outage.
      plugin: { maxStaleness: 86_400 },
    }
    app = await createApp(options)
    other = await createApp({ ...options, database: app.database })
  })
  afterAll(async () => {
    await other.close()
    await app.close()
    resetTime()
  })

  const newcomer = async () => {
    count += 1
    const credentials = { email: `user-${count}@example.com`, password: 'a-password' }
    const { id } = await app.payload.create({ collection: 'users', data: credentials })
    return { id, session: await login(app, credentials) }
  }
  /** Sends the token, and waits for what is written in the background. */
  const use = async ({ jwt }: Login, at = app) => {
    statements = []
    const response = await at.request('/api/whoami', { headers: jwt })
    await runtimeOf(at.payload).activity?.settled()
    return response.status
  }
  const activityOf = async ({ claims }: Login) => {
    const user = { collection: 'users', id: String(claims.id) }
    const docs = await revocations(app.payload).sessions(user, { all: true })
    return docs.find(({ id }) => id === claims.sid)?.lastActiveAt
  }
  const recordOf = async ({ claims }: Login) => {
    const where = { id: { equals: claims.sid } }
    const collection = 'user-sessions' as 'users'
    return (await app.payload.db.find<Record<string, unknown>>({ collection, where })).docs[0]
  }
  const ago = (time: unknown) => Date.now() - Date.parse(String(time))
  const updates = () => statements.filter((sql) => /^update/i.test(sql))

  it('is set by the login, and by the first request after five minutes', async () => {
    const { session } = await newcomer()
    const atLogin = await activityOf(session)
    expect(ago(atLogin)).toBeLessThan(MINUTE)
    passTime(6 * MINUTE)
    expect(await use(session)).toBe(200)
    expect(updates()).toHaveLength(1)
    expect(ago(await activityOf(session))).toBeLessThan(MINUTE)
  })

  it('costs no statement for a request in between, as if it were off', async () => {
    const { session } = await newcomer()
    passTime(6 * MINUTE)
    await use(session)
    const noted = await activityOf(session)
    passTime(4 * MINUTE)
    await use(session)
    expect(statements.filter((sql) => /user.sessions/.test(sql))).toEqual([])
    expect(await activityOf(session)).toBe(noted)
  })

  it('is written once for all processes that see the session', async () => {
    const { session } = await newcomer()
    passTime(6 * MINUTE)
    await use(session)
    const noted = await activityOf(session)
    passTime(MINUTE)
    await use(session, other)
    expect(updates()).toHaveLength(1)
    expect(await activityOf(session)).toBe(noted)
  })

  it('is not written for a session that has ended in the meantime', async () => {
    const { session } = await newcomer()
    const { sid } = session.claims
    passTime(6 * MINUTE)
    await revocations(app.payload).revoke({ session: String(sid) })
    const before = await recordOf(session)
    expect(before?.endedAt).toBeTruthy()
    const { activity } = runtimeOf(app.payload)
    statements = []
    activity?.note(tokenOf(session))
    await activity?.settled()
    expect(updates()).toHaveLength(1)
    expect(await recordOf(session)).toEqual(before)
  })

  it('does not recreate the record of a user who was deleted in the meantime', async () => {
    const { id, session } = await newcomer()
    passTime(6 * MINUTE)
    await app.payload.delete({ collection: 'users', id })
    statements = []
    const { activity } = runtimeOf(app.payload)
    activity?.note(tokenOf(session))
    await activity?.settled()
    expect(updates()).toHaveLength(1)
    expect(await recordOf(session)).toBeUndefined()
  })

  it('neither delays nor fails a request when it cannot be written', async () => {
    const { session } = await newcomer()
    passTime(6 * MINUTE)
    const { db } = app.payload
    const drizzle = db.drizzle as unknown as { update: unknown }
    const [{ update }, { updateMany }] = [isSql ? drizzle : { update: undefined }, db]
    let fail: (error: Error) => void = () => {}
    const where = vi.fn(
      () =>
        new Promise((_, reject) => {
          fail = reject
        }),
    )
    if (isSql) drizzle.update = () => ({ set: () => ({ where }) })
    else db.updateMany = where as never
    expect(await isAccepted(app, session)).toBe(true)
    expect(where).toHaveBeenCalledOnce()
    if (isSql) drizzle.update = update
    else db.updateMany = updateMany
    fail(new Error('disk full'))
    await runtimeOf(app.payload).activity?.settled()
    expect(await isAccepted(app, session)).toBe(true)
  })
})

const tokenOf = ({ claims }: Login) => ({
  id: String(claims.jti),
  session: String(claims.sid),
  collection: 'users',
  userId: String(claims.id),
  issuedAt: Number(claims.iat) * 1_000,
  sessionStartedAt: Number(claims.iat) * 1_000,
  expiresAt: Number(claims.exp) * 1_000,
})

it('is not recorded when it is off, or with `strict` unless it is turned on', async () => {
  for (const plugin of [{ sessions: { lastActive: false } }, { strict: true }] as const) {
    const app = await createApp({ plugin })
    const session = await login(app)
    const user = { collection: 'users', id: 1 }
    const [{ lastActiveAt, lastRefreshedAt } = {}] = await revocations(app.payload).sessions(user)
    expect(lastActiveAt).toBe(lastRefreshedAt)
    expect(runtimeOf(app.payload).activity).toBeUndefined()
    const { docs } = await app.payload.db.find<{ lastActiveAt: unknown }>({
      ...{ collection: 'user-sessions' as 'users', where: { id: { equals: session.claims.sid } } },
    })
    expect(docs).toMatchObject([{ lastActiveAt: null }])
    await app.close()
  }
  const app = await createApp({ plugin: { strict: true, sessions: { lastActive: 60 } } })
  expect(runtimeOf(app.payload).activity).toBeDefined()
  await app.close()
})
