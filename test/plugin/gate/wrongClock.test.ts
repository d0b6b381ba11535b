import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { revocations } from '../../../src/index.js'
import { type AppProcess, startAppProcess } from '../../support/appProcess.js'
import { MEMBER } from '../../support/baseConfig.js'
import { breakReads } from '../../support/breakReads.js'
import { type App, type AppOptions, createApp } from '../../support/createApp.js'
import { isAccepted } from '../../support/isAccepted.js'
import { type Login, login } from '../../support/login.js'
import { onEachDatabaseByNumber } from '../../support/onEachDatabase.js'
import { until } from '../../support/until.js'

const OFFSET_MS = 20_000
const healthSecret = 'a-secret-for-the-health'
const PLUGIN = { pollInterval: 0.1, maxStaleness: 3, healthSecret }
const USER = { collection: 'users', id: 1 }

onEachDatabaseByNumber('a process whose clock is 20 s off, and no Redis', (database) => {
  let options: AppOptions
  let app: App
  let ahead: AppProcess
  let behind: AppProcess
  beforeAll(async () => {
    options = database()
    const mongo = await options.mongo
    app = await createApp({ ...options, plugin: PLUGIN })
    const { transactions, postgres, userIds } = options
    const start = (clockOffsetMs: number, plugin: object) =>
      startAppProcess(
        {
          ...{ mongo, postgres, transactions, userIds },
          ...{ database: app.database, plugin: { ...PLUGIN, ...plugin } },
        },
        { clockOffsetMs },
      )
    const both = [start(OFFSET_MS, {}), start(-OFFSET_MS, { whenStale: 'accept' })] as const
    ;[ahead, behind] = await Promise.all(both)
  })
  afterAll(async () => {
    await Promise.all([ahead, behind].map((each) => each?.child.kill('SIGKILL')))
    await app?.close()
  })

  const me = (by: Pick<App, 'request'>, { jwt }: Login) =>
    by.request('/api/users/me', { headers: jwt })

  it('cannot judge tokens, and logs by how much it is off', async () => {
    const session = await login(app)
    expect(await isAccepted(app, session)).toBe(true)
    expect((await me(ahead, session)).status).toBe(503)
    const headers = { Authorization: `Bearer ${healthSecret}` }
    const health = await ahead.request('/api/revocation/health', { headers })
    expect(health.status).toBe(503)
    const { status, clockOffset } = (await health.json()) as Health
    expect(status).toBe('stale')
    expect(clockOffset).toBeGreaterThan(OFFSET_MS / 1_000 - 1)
    expect(clockOffset).toBeLessThanOrEqual(OFFSET_MS / 1_000)
  })

  it('learns of a logout at once if its policy is to accept tokens', async () => {
    const session = await login(app)
    expect(await isAccepted(behind, session)).toBe(true)
    await app.request('/api/users/logout', { method: 'POST', headers: session.jwt })
    await until('it is refused', async () => !(await isAccepted(behind, session)))
  })

  it('records a logout where all others look for it', async () => {
    const session = await login(app)
    const { status } = await behind.request('/api/users/logout', {
      ...{ method: 'POST', headers: session.jwt },
    })
    expect(status).toBe(200)
    const isRefused = async () => !(await isAccepted(app, session))
    await until('it is refused', isRefused, { withinMs: 3_000 })
  })

  it('issues tokens that an exact cut-off ends, and tokens that outlive it', async () => {
    const before = await login(ahead)
    expect(await isAccepted(app, before)).toBe(true)
    await revocations(app.payload).revoke({ user: USER })
    expect(await isAccepted(app, before)).toBe(false)
    expect(await isAccepted(app, await login(ahead))).toBe(true)
    expect(await isAccepted(app, await login(behind))).toBe(true)
  })

  it('changes a password so that every earlier token ends', async () => {
    const [owner, other] = [await login(behind), await login(app)]
    const { status } = await behind.request('/api/users/1', {
      ...{ method: 'PATCH', headers: owner.jwt, body: { password: MEMBER.password } },
    })
    expect(status).toBe(200)
    await until('the other is refused', async () => !(await isAccepted(app, other)))
    expect(await isAccepted(app, owner)).toBe(true)
    expect(await isAccepted(app, await login(app))).toBe(true)
  })
})

describe('an app whose wall clock is set back by an hour', () => {
  afterEach(() => void vi.useRealTimers())

  it('does not judge tokens for longer than the bound when the ledger cannot be reached', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
    const app = await createApp({ plugin: PLUGIN })
    try {
      const session = await login(app)
      expect(await isAccepted(app, session)).toBe(true)
      breakReads(app.payload)
      vi.setSystemTime(Date.now() - 3_600_000)
      const me = () => app.request('/api/users/me', { headers: session.jwt })
      await until('it answers 503', async () => (await me()).status === 503)
    } finally {
      await app.close()
    }
  })
})

interface Health {
  status: string
  clockOffset: number
}
