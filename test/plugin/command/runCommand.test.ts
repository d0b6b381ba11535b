import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { revocations } from '../../../src/index.js'
import { parseCommand } from '../../../src/plugin/command/parseCommand.js'
import { runCommand } from '../../../src/plugin/command/runCommand.js'
import { asUsageError, UsageError } from '../../../src/plugin/command/usage.js'
import { type App, createApp } from '../../support/createApp.js'
import { isAccepted } from '../../support/isAccepted.js'
import { type Login, login } from '../../support/login.js'

const sid = ({ claims }: Login) => String(claims.sid)

describe('a command, on the database of a running app', () => {
  let app: App
  /** The Payload of the command: another one than the app's, on the same database. */
  let own: App
  beforeAll(async () => {
    app = await createApp({ plugin: { pollInterval: 0.05 } })
    own = await createApp({ database: app.database })
  })
  afterAll(() => Promise.all([app.close(), own.close()]))

  const run = async (args: string[], input = '') => {
    const command = parseCommand(args)
    if (command.name === 'help') throw new Error('Help is not run')
    const { json, lines } = await runCommand(own.payload, command, async () => input)
    return { json, text: lines.join('\n') }
  }
  const rows = async () => (await app.payload.count({ collection: 'revocations' })).totalDocs
  const isRefusedSoon = (session: Login) => expect.poll(() => isAccepted(app, session)).toBe(false)

  it('that revokes the same again records nothing', async () => {
    const session = await login(app)
    const once = await run(['revoke', '--session', sid(session)])
    expect(once.text).toContain('1 revocation recorded.')
    await isRefusedSoon(session)
    const before = await rows()
    const again = await run(['revoke', '--session', sid(session)])
    expect(again.text).toContain('0 revocations recorded.')
    expect(await rows()).toBe(before)
  })

  it('says in a dry run what it would record, and records nothing', async () => {
    const session = await login(app)
    const before = await rows()
    const { json } = await run(['revoke', '--everyone', '--dry-run'])
    expect(json).toMatchObject({
      dryRun: true,
      recorded: 1,
      sessions: expect.any(Number),
      revocations: [{ scope: 'everyone', reason: 'admin' }],
    })
    expect(await rows()).toBe(before)
    expect(await isAccepted(app, session)).toBe(true)
  })

  it('revokes a user except for one session, and explains and lists it', async () => {
    const [kept, gone] = [await login(app), await login(app)]
    const user = ['--user', 'users:1']
    const reason = ['--reason', 'user-disabled']
    const done = await run(['revoke', ...user, '--except-session', sid(kept), ...reason])
    expect(done.json).toMatchObject({
      revocations: [{ subject: 'user:users:1', reason: 'user-disabled', exceptSession: sid(kept) }],
    })
    await isRefusedSoon(gone)
    expect(await isAccepted(app, kept)).toBe(true)

    const explained = await run(['explain', '--token', '-'], gone.token)
    expect(explained.json).toMatchObject({
      revoked: true,
      by: [{ subject: 'user:users:1', reason: 'user-disabled' }],
    })
    const spared = await run(['explain', '--token', '-'], kept.token)
    expect(spared.text).toContain('No revocation in force names it.')
    const listed = await run(['list', '--scope', 'user', '--reason', 'user-disabled'])
    expect(listed.text).toContain(`user:users:1  user-disabled`)
    expect(listed.text).toContain('1 in force; page 1 of 1.')
  })

  it('revokes a token by its jti and by its text', async () => {
    const [byId, byText] = [await login(app), await login(app)]
    await run(['revoke', '--jti', String(byId.claims.jti)])
    const done = await run(['revoke', '--token', '-'], byText.token)
    expect(done.text).toContain(`jti:${byText.claims.jti}`)
    expect(done.text).not.toContain(byText.token.split('.')[2])
    await isRefusedSoon(byId)
    await isRefusedSoon(byText)
  })

  it('lifts a session: the app accepts its tokens again within its bound', async () => {
    const session = await login(app)
    await revocations(app.payload).revoke({ session: sid(session) })
    expect(await isAccepted(app, session)).toBe(false)
    const counted = await run(['lift', '--session', sid(session), '--dry-run'])
    expect(counted.text).toContain('Dry run: 1 would be lifted.')
    const done = await run(['lift', '--session', sid(session), '--note', 'mistake'])
    expect(done.json).toMatchObject({
      lifted: [{ subject: `sid:${sid(session)}`, reason: 'lifted', note: 'mistake', actor: null }],
    })
    await expect.poll(() => isAccepted(app, session)).toBe(true)
    const again = run(['lift', '--session', sid(session)])
    await expect(again).rejects.toMatchObject({ code: 'nothing-to-lift' })
  })

  it('lists the sessions of a user as REST does, in JSON and in lines', async () => {
    const [living, ended] = [await login(app), await login(app)]
    await app.request('/api/users/logout', { method: 'POST', headers: ended.jwt })
    for (const [args, query] of [
      [[], ''],
      [['--all'], '?all=true'],
    ] as const) {
      const { json } = await run(['sessions', '--user', 'users:1', ...args])
      const response = await app.request(`/api/revocation/sessions${query}`, {
        headers: living.jwt,
      })
      const { docs } = (await response.json()) as { docs: { isCurrent: boolean }[] }
      // Nobody is logged in at a shell.
      const anonymous = docs.map((doc) => ({ ...doc, isCurrent: false }))
      expect(JSON.parse(JSON.stringify(json))).toEqual({ current: null, docs: anonymous })
    }
    const { text } = await run(['sessions', '--user', 'users:1', '--all'])
    expect(text).toContain(sid(living))
    expect(text).toMatch(new RegExp(`${sid(ended)}.*ended .*\\(logout\\)`))
    expect(text).toMatch(/^\d+ active of \d+ kept\.$/m)
  })

  it('purges what is no longer kept, and says in a dry run how much that is', async () => {
    const { id } = await revocations(app.payload).revoke({ session: 'long-gone' })
    const year = 365 * 86_400_000
    const expiresAt = new Date(Date.now() - year).toISOString()
    await app.payload.db.updateOne({ collection: 'revocations', id, data: { expiresAt } })
    const before = await rows()
    const counted = await run(['purge', '--dry-run'])
    expect(counted.json).toEqual({ revocations: 1, sessions: 0, dryRun: true })
    expect(await rows()).toBe(before)
    const done = await run(['purge'])
    expect(done.text).toContain('Deleted: 1 revocations, 0 session records.')
    expect(await rows()).toBe(before - 1)
  })

  it('does nothing for a token that is not ours, or for users of an unknown collection', async () => {
    const { token } = await login(app)
    const forged = `${token.split('.').slice(0, 2).join('.')}.AAAA`
    const before = await rows()
    const refused = run(['revoke', '--token', '-'], forged)
    await expect(refused).rejects.toMatchObject({ code: 'token-not-ours' })
    const error = await run(['revoke', '--user', 'posts:1']).catch(asUsageError)
    expect(error).toBeInstanceOf(UsageError)
    expect(await rows()).toBe(before)
  })
})
