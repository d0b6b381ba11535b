import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { sqliteAdapter } from '@payloadcms/db-sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { revocations } from '../../../src/index.js'
import { runPayload } from '../../support/command/runPayload.js'
import { type App, createApp } from '../../support/createApp.js'
import { isAccepted } from '../../support/isAccepted.js'
import { type Login, login } from '../../support/login.js'
import { type RedisServer, startRedis } from '../../support/redisServer.js'

/** Each run starts Node and Payload anew, in 3 seconds on a free machine. */
const PATIENCE = { timeout: 120_000 }

const sid = ({ claims }: Login) => String(claims.sid)

describe('payload revocation, on the database of a running app', PATIENCE, () => {
  let app: App
  beforeAll(async () => {
    app = await createApp()
  })
  afterAll(() => app.close())

  const run = (args: string[], input?: string) =>
    runPayload(args, { database: app.database, ...(input !== undefined && { input }) })
  const rows = async () => (await app.payload.count({ collection: 'revocations' })).totalDocs
  /** The app is another process: it reads the ledger once a second. */
  const isRefusedSoon = (session: Login) =>
    expect.poll(() => isAccepted(app, session), { timeout: 5_000 }).toBe(false)

  it('revokes a session: the app refuses it within its bound, no actor is recorded', async () => {
    const [session, other] = [await login(app), await login(app)]
    const done = await run(['revoke', '--session', sid(session), '--note', 'by command'])
    expect(done).toMatchObject({ status: 0, stderr: '' })
    expect(done.stdout).toContain(`sid:${sid(session)}  admin`)
    expect(done.stdout).toContain('Active sessions that it ends: 1.')
    expect(done.stdout).toContain('1 revocation recorded.')
    await isRefusedSoon(session)
    expect(await isAccepted(app, other)).toBe(true)
    const { docs } = await app.payload.find({ collection: 'revocations' })
    expect(docs).toMatchObject([{ reason: 'admin', note: 'by command', actor: null }])

    const again = await run(['revoke', '--session', sid(session)])
    expect(again.stdout).toContain('0 revocations recorded.')
    expect(await rows()).toBe(1)
  })

  it('says in a dry run what it would record, and records nothing', async () => {
    const session = await login(app)
    const before = await rows()
    const json = ['--dry-run', '--json']
    const done = await run(['revoke', '--everyone', ...json])
    expect(JSON.parse(done.stdout)).toMatchObject({
      dryRun: true,
      recorded: 1,
      sessions: expect.any(Number),
      revocations: [{ scope: 'everyone', reason: 'admin' }],
    })
    expect(await rows()).toBe(before)
    expect(await isAccepted(app, session)).toBe(true)
  })

  it('revokes a user but for one session, and explains and lists it', async () => {
    const [kept, gone] = [await login(app), await login(app)]
    const user = ['--user', 'users:1']
    const reason = ['--reason', 'user-disabled']
    const done = await run(['revoke', ...user, '--except-session', sid(kept), ...reason, '--json'])
    expect(JSON.parse(done.stdout)).toMatchObject({
      revocations: [{ subject: 'user:users:1', reason: 'user-disabled', exceptSession: sid(kept) }],
    })
    await isRefusedSoon(gone)
    expect(await isAccepted(app, kept)).toBe(true)

    const explained = await run(['explain', '--token', '-', '--json'], `${gone.token}\n`)
    expect(JSON.parse(explained.stdout)).toMatchObject({
      revoked: true,
      by: [{ subject: 'user:users:1', reason: 'user-disabled' }],
    })
    const spared = await run(['explain', '--token', '-'], kept.token)
    expect(spared.stdout).toContain('Nothing in force names it.')
    const listed = await run(['list', '--scope', 'user', '--reason', 'user-disabled'])
    expect(listed.stdout).toContain(`user:users:1  user-disabled`)
    expect(listed.stdout).toContain('1 in force; page 1 of 1.')
  })

  it('revokes a token by its jti and by its text, which is shown nowhere', async () => {
    const [byId, byText] = [await login(app), await login(app)]
    await run(['revoke', '--jti', String(byId.claims.jti)])
    const done = await run(['revoke', '--token', '-'], byText.token)
    expect(done.stdout).toContain(`jti:${byText.claims.jti}`)
    expect(done.stdout + done.stderr).not.toContain(byText.token.split('.')[2])
    await isRefusedSoon(byId)
    await isRefusedSoon(byText)
  })

  it('lifts a session: the app takes its tokens again within its bound', async () => {
    const session = await login(app)
    await revocations(app.payload).revoke({ session: sid(session) })
    expect(await isAccepted(app, session)).toBe(false)
    const counted = await run(['lift', '--session', sid(session), '--dry-run'])
    expect(counted.stdout).toContain('A dry run: 1 to lift.')
    const done = await run(['lift', '--session', sid(session), '--note', 'mistake', '--json'])
    expect(JSON.parse(done.stdout)).toMatchObject({
      lifted: [{ subject: `sid:${sid(session)}`, reason: 'lifted', note: 'mistake', actor: null }],
    })
    await expect.poll(() => isAccepted(app, session), { timeout: 5_000 }).toBe(true)
    const again = await run(['lift', '--session', sid(session)])
    expect(again.status).toBe(1)
    expect(again.stderr).toContain('nothing-to-lift')
  })

  it('purges what is no longer kept, and says in a dry run how much that is', async () => {
    const { id } = await revocations(app.payload).revoke({ session: 'long-gone' })
    const year = 365 * 86_400_000
    const expiresAt = new Date(Date.now() - year).toISOString()
    await app.payload.db.updateOne({ collection: 'revocations', id, data: { expiresAt } })
    const before = await rows()
    const counted = await run(['purge', '--dry-run', '--json'])
    expect(JSON.parse(counted.stdout)).toEqual({ revocations: 1, sessions: 0, dryRun: true })
    expect(await rows()).toBe(before)
    const done = await run(['purge'])
    expect(done.stdout).toContain('Deleted: 1 revocations, 0 records of sessions.')
    expect(await rows()).toBe(before - 1)
  })

  it('fails with 1 for a token that is not ours, with 2 when it does not understand', async () => {
    const { token } = await login(app)
    const forged = `${token.split('.').slice(0, 2).join('.')}.AAAA`
    const before = await rows()
    const refused = await run(['revoke', '--token', '-'], forged)
    expect(refused).toMatchObject({ status: 1, stdout: '' })
    expect(refused.stderr).toContain('token-not-ours')
    const unknown = await run(['revoke', '--user', 'posts:1'])
    expect(unknown).toMatchObject({ status: 2, stdout: '' })
    const inArguments = await run(['revoke', '--token', token])
    expect(inArguments).toMatchObject({ status: 2, stdout: '' })
    expect(inArguments.stderr).not.toContain(token)
    expect(await rows()).toBe(before)
  })

  it('fails with 1 where the tables are missing, and makes none', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'jwt-revocation-command-'))
    const database = path.join(folder, 'empty.db')
    const failed = await runPayload(['revoke', '--everyone'], { database })
    expect(failed).toMatchObject({ status: 1, stdout: '' })
    expect(failed.stderr).toMatch(/ledger-unavailable.*\n.*no such table/)
    const fresh = await createApp({
      database,
      configure: (config) => ({
        ...config,
        db: sqliteAdapter({ client: { url: `file:${database}` }, push: false }),
      }),
    })
    await expect(fresh.payload.count({ collection: 'users' })).rejects.toThrow(/Failed query/)
    await fresh.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('helps without a database', async () => {
    const help = await runPayload(['--help'], { database: '/no/such/folder/app.db' })
    expect(help).toMatchObject({ status: 0, stderr: '' })
    expect(help.stdout).toContain('payload revocation <command>')
  })
})

describe('payload revocation, with a Redis feed', PATIENCE, () => {
  let redis: RedisServer
  let app: App
  beforeAll(async () => {
    redis = await startRedis()
    app = await createApp()
  })
  afterAll(async () => {
    await app.close()
    await redis.stop()
  })

  it('ends by itself, after Redis has it', async () => {
    const session = await login(app)
    const { database } = app
    const args = ['revoke', '--session', sid(session)]
    const done = await runPayload(args, { database, redisUrl: redis.url })
    expect(done).toMatchObject({ status: 0, stderr: '' })
    expect(await redis.client.get(`revocation:sid:${sid(session)}`)).toMatch(/^admin/)
  })

  it('ends by itself when Redis is gone, and says that it travels by the ledger', async () => {
    const session = await login(app)
    await redis.kill('SIGKILL')
    const { database } = app
    const args = ['revoke', '--session', sid(session)]
    const done = await runPayload(args, { database, redisUrl: redis.url })
    expect(done.status).toBe(0)
    expect(done.stderr).toContain('travels by the ledger')
    await expect.poll(() => isAccepted(app, session), { timeout: 5_000 }).toBe(false)
  })
})
