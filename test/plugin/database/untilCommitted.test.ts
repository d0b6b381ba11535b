import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { sqliteAdapter } from '@payloadcms/db-sqlite'
import { drizzle } from '@payloadcms/db-sqlite/drizzle/libsql'
import type { Config } from 'payload'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { JwtRevocationOptions } from '../../../src/index.js'
import { type App, createApp } from '../../support/createApp.js'
import { isAccepted } from '../../support/isAccepted.js'
import { login } from '../../support/login.js'

/** Another process's view of the file. It can lock the file against every writer. */
const openBeside = (database: string) =>
  drizzle({ connection: { url: `file:${database}` } }).$client

describe.each([
  ['a write-ahead log', { wal: true }],
  ['a rollback journal', {}],
  ['transactions', { wal: true, transactionOptions: {} }],
])('a SQLite file with %s that was locked by another process', (_, options) => {
  let folder: string
  let database: string
  let other: ReturnType<typeof openBeside>
  const apps: App[] = []

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'jwt-revocation-locked-'))
    database = path.join(folder, 'app.db')
    other = openBeside(database)
  })
  afterEach(async () => {
    for (const app of apps.splice(0)) await app.close()
    other.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const settingsOf = async ({ payload }: App) => {
    const { client } = payload.db as unknown as { client: typeof other }
    const names = ['busy_timeout', 'foreign_keys', 'synchronous']
    return Promise.all(names.map(async (name) => (await client.execute(`PRAGMA ${name}`)).rows))
  }

  const start = async (plugin: JwtRevocationOptions = {}) => {
    const db = sqliteAdapter({ client: { url: `file:${database}` }, busyTimeout: 50, ...options })
    const configure = (config: Config) => ({ ...config, db })
    const app = await createApp({ configure, plugin })
    apps.push(app)
    return app
  }

  const whileLocked = async (work: () => Promise<unknown>) => {
    await other.execute('BEGIN IMMEDIATE')
    await work()
    await other.execute('ROLLBACK')
  }

  const canBeWrittenBeside = async () => {
    const writer = openBeside(database)
    try {
      await writer.execute('BEGIN IMMEDIATE')
      return true
    } catch {
      return false
    } finally {
      writer.close()
    }
  }

  const subjectsSeenBeside = async () =>
    (await other.execute('SELECT subject FROM revocations')).rows.map(({ subject }) => subject)

  it('a logout that could not be written is not acknowledged, and the next one is durable', async () => {
    const app = await start()
    const { claims, jwt } = await login(app)
    const logOut = () => app.request('/api/users/logout', { method: 'POST', headers: jwt })
    await whileLocked(async () => expect((await logOut()).status).toBe(500))
    expect((await logOut()).status).toBe(200)
    expect(await subjectsSeenBeside()).toContain(`jti:${claims.jti}`)
  })

  it('a process whose write failed blocks no other for longer than a reading', async () => {
    const app = await start({ pollInterval: 0.05 })
    expect(await isAccepted(app, await login(app))).toBe(true)
    const settings = await settingsOf(app)
    const create = () => app.payload.db.create({ collection: 'posts', data: {} })
    await whileLocked(() => create().catch(() => {}))
    await create()
    expect(await canBeWrittenBeside()).toBe(false)
    await expect.poll(canBeWrittenBeside).toBe(true)
    expect(await settingsOf(app)).toEqual(settings)
  })

  it('a logout is durable after a write of the application failed', async () => {
    const app = await start()
    const [first, second] = [await login(app), await login(app)]
    await whileLocked(() => app.payload.create({ collection: 'posts', data: {} }).catch(() => {}))
    const logOut = ({ jwt }: typeof first) =>
      app.request('/api/users/logout', { method: 'POST', headers: jwt })
    const answers = [await logOut(first), await logOut(second)]
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(await subjectsSeenBeside()).toEqual(
      expect.arrayContaining([`jti:${first.claims.jti}`, `jti:${second.claims.jti}`]),
    )
  })
})

it('without a check, a write that the driver reports as successful after a lock is lost', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'jwt-revocation-locked-'))
  const database = path.join(folder, 'app.db')
  const db = sqliteAdapter({ client: { url: `file:${database}` }, busyTimeout: 50, wal: true })
  const app = await createApp({ plugin: false, configure: (config) => ({ ...config, db }) })
  const other = openBeside(database)
  const create = (title: string) => app.payload.db.create({ collection: 'posts', data: { title } })
  await other.execute('BEGIN IMMEDIATE')
  await expect(create('refused')).rejects.toBeDefined()
  await other.execute('ROLLBACK')
  expect(await create('acknowledged')).toMatchObject({ title: 'acknowledged' })
  const { rows } = await other.execute("SELECT * FROM posts WHERE title = 'acknowledged'")
  expect(rows).toEqual([])
  other.close()
  await app.close()
  rmSync(folder, { recursive: true, force: true })
})
