import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { runtimeOf } from '../../../src/plugin/runtime/runtimeOf.js'
import { type App, createApp } from '../../support/createApp.js'
import { eventually } from '../../support/eventually.js'
import { login } from '../../support/login.js'
import { postgresDatabase } from '../../support/postgresDatabase.js'

const healthSecret = 'a-secret-of-sixteen-or-more'
const apps: App[] = []
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close()
})

async function open(options: Parameters<typeof createApp>[0]) {
  const app = await createApp(options)
  apps.push(app)
  return app
}

const isAtRest = (app: App) =>
  eventually(() => expect(runtimeOf(app.payload).denylist.state.isAtRest).toBe(true))

/** An app whose statements are counted, and another on the same database that never rests. */
async function twoApps(postgres: string | undefined) {
  let statements = 0
  const onStatement = () => {
    statements += 1
  }
  const plugin = { pollInterval: 0.05, purgeInterval: 1, healthSecret }
  const app = await open({ postgres, onStatement, plugin: { ...plugin, restAfter: 1 } })
  const { database } = app
  const other = await open({ postgres, database, plugin: { ...plugin, restAfter: false } })
  return { app, other, count: () => statements }
}

describe.each([
  ['SQLite', () => undefined],
  ['PostgreSQL', postgresDatabase],
])('an app at rest, on %s', (_, database) => {
  it('sends no database statements until a token comes, and judges it by everything that came in the meantime', async () => {
    const { app, count, other } = await twoApps(database())
    const session = await login(app)
    const me = () => app.request('/api/users/me', { headers: session.jwt })
    expect((await (await me()).json()).user).not.toBeNull()
    const awake = count()
    await eventually(() => expect(count()).toBeGreaterThan(awake + 5))
    await isAtRest(app)
    // A reading that was already running is over by then.
    await pause(500)
    const before = count()
    // Time for thirty readings, a purge and a look at the health.
    const health = await app.request('/api/revocation/health', {
      headers: { Authorization: `Bearer ${healthSecret}` },
    })
    expect(await health.json()).toMatchObject({ status: 'ok', atRest: true })
    await pause(1_500)
    expect(count()).toBe(before)
    await other.request('/api/users/logout', { method: 'POST', headers: session.jwt })
    expect((await me()).status).toBe(401)
    expect(count()).toBeGreaterThan(before)
  })
})
