import type { Config } from 'payload'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { settingsFrom } from '../../../src/plugin/config/settings.js'
import { createRuntime } from '../../../src/plugin/createRuntime.js'
import { runtimeOf } from '../../../src/plugin/runtime/runtimeOf.js'
import { payloadLedger } from '../../../src/plugin/storage/payloadLedger.js'
import { RECORDING, startAppProcess } from '../../support/appProcess.js'
import { MEMBER } from '../../support/baseConfig.js'
import { breakWrites } from '../../support/breakWrites.js'
import { type App, type AppOptions, createApp } from '../../support/createApp.js'
import { isAccepted } from '../../support/isAccepted.js'
import { lockWrites } from '../../support/lockWrites.js'
import { type Login, login } from '../../support/login.js'
import { onEachSqlDatabase } from '../../support/onEachDatabase.js'
import { passTime, resetTime } from '../../support/passTime.js'
import { sampleRevocation } from '../../support/samples.js'
import { until } from '../../support/until.js'

/** How far readers look back. A write that takes longer than a third of it is late. */
const ledgerWindowMs = 1_500
/** Longer than any look-back, but shorter than the wait for a locked SQLite file. */
const LATE_MS = 2_000
const PLUGIN = { pollInterval: 0.1, maxStaleness: 5 }

onEachSqlDatabase('a revocation whose row is written late', (database) => {
  let options: AppOptions
  let writer: App
  let reader: App
  let afterSaving: () => Promise<void> = async () => {}

  const open = async (more: AppOptions) => {
    const app = await createApp({ ...options, ...more, isDisablingOnInit: true })
    createRuntime(app.payload, settingsFrom(PLUGIN), { ledgerWindowMs })
    return app
  }
  beforeAll(async () => {
    options = { ...database(), plugin: PLUGIN }
    writer = await open({ configure: (config) => withHook(config, () => afterSaving()) })
    reader = await open({ database: writer.database })
  })
  afterAll(async () => {
    await reader?.close()
    await writer?.close()
    resetTime()
  })

  /** A session of the only user. The reader accepts it. */
  const begin = async (app: Pick<App, 'request'> = writer): Promise<Login> => {
    const session = await login(app)
    expect(await isAccepted(reader, session)).toBe(true)
    return session
  }

  /** The reader has read the ledger since this moment. */
  const hasRead = () => {
    const { denylist } = runtimeOf(reader.payload)
    const start = performance.now()
    const isRead = () => denylist.state.stalenessMs < performance.now() - start
    return until('the ledger is read', isRead, { everyMs: 5 })
  }

  /** So long that no reader looks back to what is being written, and all have read since. */
  const pass = async () => {
    passTime(LATE_MS)
    await hasRead()
  }

  const logOut = (app: Pick<App, 'request'>, session: Login) =>
    app.request('/api/users/logout', { method: 'POST', headers: session.jwt })

  const isFailingFast = () => Boolean(options.transactions)

  const changePassword = async () => {
    const { docs } = await writer.payload.find({ collection: 'users' })
    const { password } = MEMBER
    return writer.payload.update({
      collection: 'users',
      id: Number(docs[0]?.id),
      data: { password },
    })
  }

  it('is found within a look-back even if nobody acknowledged it', async () => {
    const session = await begin()
    const now = Date.now() - 10 * ledgerWindowMs
    const late = sampleRevocation(`sid:${session.claims.sid}`, { now })
    await payloadLedger(writer.payload, 'revocations').append([late])
    await until('it is refused', async () => !(await isAccepted(reader, session)))
  })

  it('by a process that is killed before it answers, is found soon or can be repeated', async () => {
    const { transactions, postgres } = options
    const dying = await startAppProcess({
      ...{ transactions, postgres, plugin: PLUGIN, ledgerWindowMs, database: writer.database },
      isTellingOfRows: true,
    })
    const session = await begin(dying)
    const isRecording = () => dying.child.lastOutput().includes(RECORDING)
    expect(isRecording()).toBe(false)
    const lock = await lockWrites(reader)
    const answer = logOut(dying, session).catch(() => undefined)
    if (isFailingFast()) expect((await answer)?.status).toBe(500)
    else {
      await until('it writes', isRecording)
      await isWaitedFor(reader)
    }
    await dying.child.kill('SIGKILL')
    await lock.release()
    // PostgreSQL continues by itself and writes what nobody acknowledged.
    if (postgres) await until('it is refused', async () => !(await isAccepted(reader, session)))
    expect([200, 401]).toContain((await logOut(writer, session)).status)
    await hasRead()
    expect(await isAccepted(reader, session)).toBe(false)
  })

  it('is acknowledged once every later reader finds it, or fails', async () => {
    const session = await begin()
    const lock = await lockWrites(reader, { lastsMs: LATE_MS })
    const answer = logOut(writer, session)
    if (options.postgres) {
      await isWaitedFor(reader)
      await pass()
    } else if (isFailingFast()) await answer
    if (options.postgres || isFailingFast()) await lock.release()
    const { status } = await answer
    // Payload itself cannot begin a transaction on a locked file, and does not wait.
    expect(status).toBe(isFailingFast() ? 500 : 200)
    await hasRead()
    expect(await isAccepted(reader, session)).toBe(status !== 200)
  })

  it('with a slow change of the account is acknowledged in the same way', async () => {
    const session = await begin()
    afterSaving = pass
    await changePassword()
    afterSaving = async () => {}
    await hasRead()
    expect(await isAccepted(reader, session)).toBe(false)
  })

  it('fails a change whose revocation cannot be confirmed', async () => {
    let mend = () => {}
    afterSaving = async () => {
      await pass()
      mend = breakWrites(writer.payload)
    }
    const changing = changePassword().finally(() => {
      mend()
      afterSaving = async () => {}
    })
    // Without a transaction it was recorded and announced right with the change.
    if (options.postgres || options.transactions) await expect(changing).rejects.toThrow()
    else await changing
  })
})

function withHook(config: Config, afterChange: () => Promise<void>): Config {
  const collections = config.collections ?? []
  return {
    ...config,
    collections: collections.map((each) =>
      each.slug === 'users' ? { ...each, hooks: { afterChange: [afterChange] } } : each,
    ),
  }
}

/** PostgreSQL reports who waits. On SQLite a writer waits inside its statement. */
async function isWaitedFor({ payload }: App) {
  const { pool } = payload.db as unknown as { pool?: Pool }
  if (!pool) return
  await until('a write waits for the lock', async () => {
    const { rows } = await pool.query(
      `SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock'`,
    )
    return rows.length > 0
  })
}

interface Pool {
  query(sql: string): Promise<{ rows: unknown[] }>
}
