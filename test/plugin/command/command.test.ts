import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { sqliteAdapter } from '@payloadcms/db-sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runOwn, runPayload } from '../../support/command/runPayload.js'
import { type App, createApp } from '../../support/createApp.js'
import { isAccepted } from '../../support/isAccepted.js'
import { type Login, login } from '../../support/login.js'
import { type RedisServer, startRedis } from '../../support/redisServer.js'

/**
 * The tests that need a process. The others are in `runCommand.test.ts`, because each of these
 * starts Node.
 */
const sid = ({ claims }: Login) => String(claims.sid)

describe('payload revocation, on the database of a running app', () => {
  let app: App
  beforeAll(async () => {
    app = await createApp()
  })
  afterAll(() => app.close())

  const run = (args: string[], input?: string) =>
    runPayload(args, { database: app.database, ...(input !== undefined && { input }) })
  const rows = async () => (await app.payload.count({ collection: 'revocations' })).totalDocs

  it('revokes a session: the app refuses it within its bound, no actor is recorded', async () => {
    const [session, other] = [await login(app), await login(app)]
    const done = await run(['revoke', '--session', sid(session), '--note', 'by command'])
    expect(done).toMatchObject({ status: 0, stderr: '' })
    expect(done.stdout).toContain(`sid:${sid(session)}  admin`)
    expect(done.stdout).toContain('Active sessions affected: 1.')
    expect(done.stdout).toContain('1 revocation recorded.')
    await expect.poll(() => isAccepted(app, session)).toBe(false)
    expect(await isAccepted(app, other)).toBe(true)
    const { docs } = await app.payload.find({ collection: 'revocations' })
    expect(docs).toMatchObject([{ reason: 'admin', note: 'by command', actor: null }])
  })

  it('reads a token from standard input, shows it nowhere, and answers programs in JSON', async () => {
    const session = await login(app)
    const done = await run(['revoke', '--token', '-', '--json'], `${session.token}\n`)
    expect(done).toMatchObject({ status: 0, stderr: '' })
    expect(JSON.parse(done.stdout)).toMatchObject({
      recorded: 1,
      revocations: [{ subject: `jti:${session.claims.jti}`, reason: 'admin' }],
    })
    expect(done.stdout).not.toContain(session.token.split('.')[2])
    await expect.poll(() => isAccepted(app, session)).toBe(false)
  })

  it('fails with 1 for a token that is not ours, with 2 for an invalid command line', async () => {
    const { token } = await login(app)
    const forged = `${token.split('.').slice(0, 2).join('.')}.AAAA`
    const before = await rows()
    const refused = await run(['revoke', '--token', '-'], forged)
    expect(refused).toMatchObject({ status: 1, stdout: '' })
    expect(refused.stderr).toContain('token-not-ours')
    const inArguments = await run(['revoke', '--token', token])
    expect(inArguments).toMatchObject({ status: 2, stdout: '' })
    expect(inArguments.stderr).not.toContain(token)
    expect(await rows()).toBe(before)
  })

  it('fails with 1 when the tables are missing, names the command that creates them, and creates none', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'jwt-revocation-command-'))
    const database = path.join(folder, 'empty.db')
    const failed = await runPayload(['revoke', '--everyone'], { database })
    expect(failed).toMatchObject({ status: 1, stdout: '' })
    // A message, not a stack trace.
    expect(failed.stderr).toMatch(/`payload migrate`.*\[ledger-missing\]\n/)
    expect(failed.stderr).not.toMatch(/"stack"|^ {4}at /m)
    const listed = await runPayload(['list'], { database })
    expect(listed).toMatchObject({ status: 1, stdout: '' })
    expect(listed.stderr).toContain('`payload migrate`')
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

  it('prints help without a database', async () => {
    const help = await runPayload(['--help'], { database: '/no/such/folder/app.db' })
    expect(help).toMatchObject({ status: 0, stderr: '' })
    expect(help.stdout).toContain('payload revocation <command>')
  })

  it('prints help and exits with 2 without a command', async () => {
    const help = await runPayload([], { database: '/no/such/folder/app.db' })
    expect(help.status).toBe(2)
    expect(help.stdout).toContain('payload revocation <command>')
  })
})

describe('payload-jwt-revocation, the package’s own program', () => {
  let app: App
  beforeAll(async () => {
    app = await createApp()
  })
  afterAll(() => app.close())

  it('ends with a line that says what was recorded, each of several at the same time', async () => {
    const sessions = await Promise.all(Array.from({ length: 4 }, () => login(app)))
    const { database } = app
    const runs = await Promise.all(
      sessions.map((session) => runOwn(['revoke', '--session', sid(session)], { database })),
    )
    for (const { status, stderr, stdout } of runs) {
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
      expect(stdout.trimEnd().split('\n').at(-1)).toBe('1 revocation recorded.')
    }
    for (const session of sessions) await expect.poll(() => isAccepted(app, session)).toBe(false)
  })

  it('exits with 1 and says so when the process ends before anything was done', async () => {
    const configPath = fileURLToPath(
      new URL('../../support/command/endsEarly.config.ts', import.meta.url),
    )
    const ended = await runOwn(['revoke', '--everyone'], { database: app.database, configPath })
    expect(ended).toMatchObject({ status: 1, stdout: '' })
    expect(ended.stderr).toContain('not known whether anything was recorded')
  })

  it('exits with 1 without a config, with 2 for an invalid command line', async () => {
    const { database } = app
    const lost = await runOwn(['list'], { database, configPath: '/no/such/payload.config.ts' })
    expect(lost).toMatchObject({ status: 1, stdout: '' })
    const odd = await runOwn(['revoke', '--nobody'], { database })
    expect(odd).toMatchObject({ status: 2, stdout: '' })
    expect(odd.stderr.trimEnd().split('\n').at(-1)).toBe('Nothing was recorded.')
  })
})

describe('payload revocation, with a Redis feed', () => {
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

  it('ends by itself after Redis has the revocation', async () => {
    const session = await login(app)
    const { database } = app
    const args = ['revoke', '--session', sid(session)]
    const done = await runPayload(args, { database, redisUrl: redis.url })
    expect(done).toMatchObject({ status: 0, stderr: '' })
    expect(await redis.client.get(`revocation:sid:${sid(session)}`)).toMatch(/^admin/)
  })

  it('ends by itself when Redis is gone, and says that other processes read it from the database', async () => {
    const session = await login(app)
    await redis.kill('SIGKILL')
    const { database } = app
    const args = ['revoke', '--session', sid(session)]
    const done = await runPayload(args, { database, redisUrl: redis.url })
    expect(done.status).toBe(0)
    expect(done.stderr).toContain('other processes read it from the database')
    await expect.poll(() => isAccepted(app, session)).toBe(false)
  })
})
