import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { userRevocation } from '../../../src/core/makeRevocation.js'
import { type RevokeEvent, revocations } from '../../../src/index.js'
import { runtimeOf } from '../../../src/plugin/runtime/runtimeOf.js'
import { createHookCalls } from '../../../src/plugin/storage/hookCalls.js'
import { payloadLedger } from '../../../src/plugin/storage/payloadLedger.js'
import { MEMBER } from '../../support/baseConfig.js'
import { type App, createApp } from '../../support/createApp.js'
import { eventually } from '../../support/eventually.js'
import { login } from '../../support/login.js'
import { onEachDatabaseByNumber } from '../../support/onEachDatabase.js'

const SLUG = 'revocations'

const dueIn = async ({ payload }: App) =>
  (await payload.db.count({ collection: SLUG, where: { hookDueAt: { exists: true } } })).totalDocs

let count = 0

/** One process with a hook, as far as its calls go. */
function processWith({ payload }: App, onRevoke: (event: RevokeEvent) => unknown, dueAfterMs = 0) {
  const sessions = runtimeOf(payload).sessions || undefined
  const calls = createHookCalls(payload, { onRevoke, slug: SLUG, sessions, dueAfterMs })
  const ledger = payloadLedger(payload, SLUG, calls)
  return {
    ...calls,
    /** Records a revocation. If nothing more happens, the process was killed right after that. */
    async record() {
      count += 1
      const now = Date.now()
      const revocation = userRevocation(
        { collection: 'users', id: 1_000 + count, cutoff: now },
        { reason: 'admin', now, maxTokenLifetimeMs: 7_200_000 },
      )
      await ledger.append([revocation])
      return revocation
    },
  }
}

onEachDatabaseByNumber('calls of onRevoke', (database) => {
  let app: App
  let onRevoke: (event: RevokeEvent) => unknown = () => {}
  beforeAll(async () => {
    app = await createApp({
      ...database(),
      plugin: { hooks: { onRevoke: (event) => onRevoke(event) } },
    })
  })
  afterAll(() => app.close())

  it('are done when the revocation is answered, and leave nothing due', async () => {
    let isDone = false
    onRevoke = async () => {
      await app.payload.count({ collection: 'users' })
      isDone = true
    }
    await revocations(app.payload).revoke({ user: { collection: 'users', id: 1 } })
    expect(isDone).toBe(true)
    expect(await dueIn(app)).toBe(0)
  })

  it('leave nothing due after a change that is recorded before and after it', async () => {
    const reasons: string[] = []
    onRevoke = ({ reason }) => reasons.push(reason)
    const { bearer } = await login(app)
    const change = { method: 'PATCH', body: { password: MEMBER.password }, headers: bearer }
    expect((await app.request('/api/users/1', change)).status).toBe(200)
    expect(reasons).toEqual(['password-changed'])
    expect(await dueIn(app)).toBe(0)
  })

  it('are made by the next process, once, for one that was killed before', async () => {
    const killed = await processWith(app, () => {}).record()
    expect(await dueIn(app)).toBe(1)
    const seen: RevokeEvent[] = []
    const next = processWith(app, (event) => seen.push(event))
    next.start()
    await eventually(() => expect(seen).toHaveLength(1))
    expect(seen[0]).toMatchObject({ scope: 'user', reason: 'admin', collection: 'users' })
    expect(seen[0]?.revocation).toEqual(killed)
    await next.close()
    expect(await dueIn(app)).toBe(0)
  })

  it('are made by one of several processes that start', async () => {
    await processWith(app, () => {}).record()
    const hook = vi.fn()
    const starting = Array.from({ length: 4 }, () => processWith(app, hook, 60_000))
    // Theirs is due for the one that was killed, and not for one another.
    for (const each of starting) each.start()
    await eventually(async () => expect(await dueIn(app)).toBe(0))
    await Promise.all(starting.map((each) => each.close()))
    expect(hook).toHaveBeenCalledTimes(1)
  })

  it('are repeated until they succeed', async () => {
    const error = vi.spyOn(app.payload.logger, 'error')
    let attempts = 0
    const failing = processWith(app, () => {
      attempts += 1
      if (attempts < 3) throw new Error('not yet')
    })
    await failing.call(await failing.record())
    await eventually(() => expect(attempts).toBe(3))
    await failing.close()
    expect(await dueIn(app)).toBe(0)
    expect(error.mock.calls.map(([, message]) => message)).toEqual(
      Array(2).fill('Revocations: the hook onRevoke failed'),
    )
    error.mockRestore()
  })
})

describe('an event of onRevoke', () => {
  let app: App
  let seen: RevokeEvent[] = []
  beforeAll(async () => {
    app = await createApp({ plugin: { hooks: { onRevoke: (event) => seen.push(event) } } })
  })
  afterAll(() => app.close())

  const eventsOf = async (work: () => Promise<unknown>) => {
    seen = []
    await work()
    return seen.map(({ revocation, payload, ...event }) => event)
  }
  const user = { collection: 'users', userId: '1' }

  it('of a user names the user, and the session that stays', async () => {
    const exceptSession = 'a-session'
    const revoke = () =>
      revocations(app.payload).revoke({ user: { collection: 'users', id: 1, exceptSession } })
    expect(await eventsOf(revoke)).toEqual([
      { scope: 'user', reason: 'admin', ...user, exceptSession },
    ])
  })

  it('of a session names its user', async () => {
    const session = String((await login(app)).claims.sid)
    expect(await eventsOf(() => revocations(app.payload).revoke({ session }))).toEqual([
      { scope: 'session', reason: 'admin', ...user, session },
    ])
  })

  it('of a logout names its user and session', async () => {
    const { bearer, claims } = await login(app)
    const logout = () => app.request('/api/users/logout', { method: 'POST', headers: bearer })
    const common = { reason: 'logout', ...user, session: claims.sid }
    const events = await eventsOf(logout)
    expect(events).toHaveLength(2)
    // The two calls run at the same time.
    for (const scope of ['session', 'token']) expect(events).toContainEqual({ scope, ...common })
  })

  it('of everyone names nobody', async () => {
    expect(await eventsOf(() => revocations(app.payload).revoke({ everyone: true }))).toEqual([
      { scope: 'everyone', reason: 'admin' },
    ])
  })
})
