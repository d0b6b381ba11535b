import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { uuidv7 } from '../../../src/core/uuidv7.js'
import { revocations } from '../../../src/index.js'
import { payloadLedger } from '../../../src/plugin/storage/payloadLedger.js'
import { type App, createApp } from '../../support/createApp.js'
import { isAccepted } from '../../support/isAccepted.js'
import { login } from '../../support/login.js'
import { onEachDatabaseByNumber } from '../../support/onEachDatabase.js'
import { sampleRevocation } from '../../support/samples.js'

const DAY = 86_400_000

/**
 * Rows of the ledger and of sessions, with the ages (in ms; negative: in the future) that a test
 * needs.
 */
const rowsOf = ({ payload }: App) => {
  const iso = (agoMs: number) => new Date(Date.now() - agoMs).toISOString()
  return {
    async revocation(expiredMs: number) {
      const id = uuidv7(Date.now() - expiredMs - 7_200_000)
      const data = {
        ...{ id, scope: 'token', subject: `jti:${id}`, reason: 'logout' },
        ...{ revokedAt: iso(expiredMs + 7_200_000), expiresAt: iso(expiredMs) },
      }
      await payload.db.create({ collection: 'revocations', data })
      return id
    },
    async session({
      expired,
      ended,
      refreshed = expired + 7_200_000,
    }: {
      expired: number
      ended?: number
      refreshed?: number
    }) {
      const data = {
        ...{ id: crypto.randomUUID(), userCollection: 'users', userId: '1' },
        ...{ createdAt: iso(refreshed), lastRefreshedAt: iso(refreshed) },
        ...{ expiresAt: iso(expired), endedAt: ended === undefined ? null : iso(ended) },
      }
      await payload.db.create({ collection: 'user-sessions', data })
      return data.id
    },
    async ids(collection: string) {
      const found = await payload.db.find<{ id: string }>({
        ...{ collection: collection as 'users', limit: 0, pagination: false },
      })
      return found.docs.map(({ id }) => id).sort()
    },
  }
}

onEachDatabaseByNumber('a purge', (database) => {
  let app: App
  beforeAll(async () => {
    app = await createApp({ ...database(), plugin: { purgeInterval: false } })
  })
  afterAll(() => app.close())

  it('deletes what is no longer kept, and returns how much', async () => {
    const rows = rowsOf(app)
    const gone = [await rows.revocation(90 * DAY + 1_000), await rows.revocation(400 * DAY)]
    const kept = [await rows.revocation(89 * DAY), await rows.revocation(-60_000)]
    const goneSessions = [
      await rows.session({ expired: 30 * DAY + 1_000 }),
      await rows.session({ expired: -20 * DAY, ended: 31 * DAY }),
    ]
    const keptSessions = [
      await rows.session({ expired: 29 * DAY }),
      await rows.session({ expired: -60_000 }),
      await rows.session({ expired: -60_000, ended: 29 * DAY }),
    ]
    expect(await revocations(app.payload).purge()).toEqual({
      revocations: gone.length,
      sessions: goneSessions.length,
    })
    expect(await rows.ids('revocations')).toEqual(kept.sort())
    expect(await rows.ids('user-sessions')).toEqual(keptSessions.sort())
    expect(await revocations(app.payload).purge()).toEqual({ revocations: 0, sessions: 0 })
  })

  it('deletes sessions that ended with everyone’s, which their records do not show', async () => {
    const rows = rowsOf(app)
    const endEveryones = (agoMs: number) => {
      const now = Date.now() - agoMs
      const expiresAt = Date.now() + DAY
      return payloadLedger(app.payload, 'revocations').append([
        sampleRevocation('everyone', { now, expiresAt }),
      ])
    }
    await endEveryones(29 * DAY)
    const before = await rows.session({ expired: -DAY, refreshed: 32 * DAY })
    const after = await rows.session({ expired: -DAY, refreshed: 30 * DAY })
    await revocations(app.payload).purge()
    expect(await rows.ids('user-sessions')).toEqual(expect.arrayContaining([before, after]))
    await endEveryones(31 * DAY)
    expect(await revocations(app.payload).purge({ dryRun: true })).toMatchObject({ sessions: 1 })
    expect(await revocations(app.payload).purge()).toMatchObject({ sessions: 1 })
    expect(await rows.ids('user-sessions')).toContain(after)
    expect(await rows.ids('user-sessions')).not.toContain(before)
  })

  it('continues after one batch', async () => {
    const rows = rowsOf(app)
    for (let count = 0; count < 501; count += 1) await rows.revocation(91 * DAY)
    expect(await revocations(app.payload).purge()).toMatchObject({ revocations: 501 })
  })
})

onEachDatabaseByNumber('a purge that keeps nothing', (database) => {
  it('deletes nothing that is in force: a revoked token stays refused, even after a restart', async () => {
    const plugin = { retention: 0, sessions: { retention: 0 }, purgeInterval: false } as const
    const options = database()
    const app = await createApp({ ...options, plugin })
    const [revoked, living] = [await login(app), await login(app)]
    await app.request('/api/users/logout', { method: 'POST', headers: revoked.jwt })
    // Expired by this clock, but perhaps not yet by another.
    const justExpired = await rowsOf(app).revocation(0)
    await rowsOf(app).revocation(6_000)
    expect(await revocations(app.payload).purge()).toMatchObject({ revocations: 1 })
    expect(await rowsOf(app).ids('revocations')).toContain(justExpired)
    const sessions = await revocations(app.payload).sessions({ collection: 'users', id: 1 })
    expect(sessions.map(({ id }) => id)).toEqual([living.claims.sid])
    const again = await createApp({ ...options, plugin, database: app.database })
    expect(await isAccepted(again, revoked)).toBe(false)
    expect(await isAccepted(again, living)).toBe(true)
    await again.close()
    await app.close()
  })
})

describe('each process', () => {
  it('purges by itself, again and again', async () => {
    const app = await createApp({ plugin: { purgeInterval: 1 } })
    const rows = rowsOf(app)
    for (let round = 0; round < 2; round += 1) {
      await rows.revocation(91 * DAY)
      await rows.session({ expired: 31 * DAY })
      await expect.poll(() => rows.ids('revocations')).toEqual([])
      await expect.poll(() => rows.ids('user-sessions')).toEqual([])
    }
    await app.close()
  })

  it('does not purge when the option is off, or while Next.js builds', async () => {
    const quiet = await createApp({ plugin: { purgeInterval: false } })
    process.env.NEXT_PHASE = 'phase-production-build'
    const building = await createApp({ plugin: { purgeInterval: 1 } })
    delete process.env.NEXT_PHASE
    const control = await createApp({ plugin: { purgeInterval: 1 } })
    for (const app of [quiet, building, control]) await rowsOf(app).revocation(91 * DAY)
    for (let round = 0; round < 2; round += 1) {
      await expect.poll(() => rowsOf(control).ids('revocations')).toEqual([])
      if (round === 0) await rowsOf(control).revocation(91 * DAY)
    }
    for (const app of [quiet, building]) {
      expect(await rowsOf(app).ids('revocations')).toHaveLength(1)
    }
    await Promise.all([quiet, building, control].map((app) => app.close()))
  })

  it('can be done by Payload’s jobs', async () => {
    const app = await createApp({
      plugin: { purgeInterval: false },
      configure: (config) => ({
        ...config,
        jobs: {
          tasks: [
            {
              slug: 'purgeRevocations',
              schedule: [{ cron: '0 3 * * *', queue: 'nightly' }],
              handler: async ({ req }) => ({ output: await revocations(req.payload).purge() }),
              outputSchema: [
                { name: 'revocations', type: 'number' },
                { name: 'sessions', type: 'number' },
              ],
            },
          ],
        },
      }),
    })
    await rowsOf(app).revocation(91 * DAY)
    await app.payload.jobs.queue({ task: 'purgeRevocations', input: {} } as never)
    await app.payload.jobs.run()
    expect(await rowsOf(app).ids('revocations')).toEqual([])
    await app.close()
  })
})
