import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { ADMIN, MEMBER } from '../../support/baseConfig.js'
import { type Callers, createCallers } from '../../support/callers.js'
import { isAccepted } from '../../support/isAccepted.js'
import { type Login, login } from '../../support/login.js'
import { withUsers } from '../../support/withUsers.js'

const sid = ({ claims }: Login) => String(claims.sid)
const others = { user: { collection: 'users', id: 1, exceptSession: 'current' } }

describe('without the option', () => {
  it('a stolen session ends every other one without the password', async () => {
    const app = await createCallers()
    const [stolen, owner] = [await app.as('member'), await app.as('member')]
    expect((await app.call('revoke', stolen.jwt, others)).status).toBe(200)
    expect(await isAccepted(app, owner)).toBe(false)
    await app.close()
  })
})

describe('with `reauthentication`', () => {
  const afterLogin = vi.fn()
  let app: Callers
  beforeAll(async () => {
    app = await createCallers({
      plugin: { reauthentication: true },
      configure: withUsers((users) => ({
        ...users,
        auth: { maxLoginAttempts: 3 },
        hooks: { afterLogin: [afterLogin] },
      })),
    })
  })
  afterAll(() => app.close())

  it('a session ends itself without the password', async () => {
    const session = await app.as('member')
    expect((await app.call('revoke', session.jwt, { session: sid(session) })).status).toBe(200)
    const another = await app.as('member')
    expect((await app.call('revoke', another.jwt, { token: another.token })).status).toBe(200)
  })

  it('other sessions end with the user’s own password, and not without it', async () => {
    const [one, two] = [await app.as('member'), await app.as('member')]
    for (const target of [others, { user: { collection: 'users', id: 1 } }, { token: two.token }]) {
      const answer = await app.call('revoke', one.jwt, target)
      expect(answer.status).toBe(403)
      expect(answer.body.errors).toMatchObject([
        { name: 'ReauthenticationRequired', field: 'password' },
      ])
    }
    expect(await isAccepted(app, two)).toBe(true)
    const { password } = MEMBER
    expect((await app.call('revoke', one.jwt, { ...others, password })).status).toBe(200)
    expect(await isAccepted(app, two)).toBe(false)
    expect(await isAccepted(app, one)).toBe(true)
  })

  it('an administrator needs their own password, not the one of the other user', async () => {
    const administrator = await app.as('administrator')
    const session = await app.as('other')
    for (const target of [{ session: sid(session) }, { everyone: true }]) {
      const { password } = MEMBER
      const answer = await app.call('revoke', administrator.jwt, { ...target, password })
      expect(answer.body.errors?.[0]?.name).toBe('ReauthenticationFailed')
    }
    expect(await isAccepted(app, session)).toBe(true)
    const { password } = ADMIN
    const answer = await app.call('revoke', administrator.jwt, { session: sid(session), password })
    expect(answer.status).toBe(200)
    expect(await isAccepted(app, session)).toBe(false)
  })

  it('a caller without permission is refused before the password is checked', async () => {
    const session = await app.as('other')
    const { password } = MEMBER
    const answer = await app.call('revoke', session.jwt, {
      user: { collection: 'users', id: 1 },
      password,
    })
    expect(answer.body.errors?.[0]?.name).toBe('Forbidden')
  })

  it('a right password logs nobody in: no hook, no cookie, no token', async () => {
    const session = await app.as('member')
    afterLogin.mockClear()
    const { password } = MEMBER
    const answer = await app.call('revoke', session.jwt, { ...others, password })
    expect(answer.status).toBe(200)
    expect(afterLogin).not.toHaveBeenCalled()
    expect(answer.response.headers.get('Set-Cookie')).toBeNull()
    expect(JSON.stringify(answer.body)).not.toMatch(/token"|eyJ/)
  })

  it('a right password resets earlier failures, as a login does', async () => {
    const session = await app.as('member')
    for (let round = 0; round < 2; round += 1) {
      await app.call('revoke', session.jwt, { ...others, password: 'wrong' })
      await app.call('revoke', session.jwt, { ...others, password: 'wrong' })
      const right = await app.call('revoke', session.jwt, { ...others, password: MEMBER.password })
      expect(right.status).toBe(200)
    }
  })

  it('wrong passwords lock the account as failed logins do, and end no session', async () => {
    const victim = { email: 'victim@example.com', password: 'victim-password' }
    const { id } = await app.payload.create({ collection: 'users', data: victim })
    const session = await login(app, victim)
    const target = { user: { collection: 'users', id } }
    const logged = vi.spyOn(app.payload.logger, 'error')
    for (const password of ['wrong-1', 'wrong-2', '', '  ', 'wrong-3']) {
      const answer = await app.call('revoke', session.jwt, { ...target, password })
      expect(answer.body.errors?.[0]?.name).toBe('ReauthenticationFailed')
    }
    const answer = await app.call('revoke', session.jwt, { ...target, password: victim.password })
    expect(answer.body.errors?.[0]?.name).toBe('ReauthenticationFailed')
    await expect(login(app, victim)).rejects.toThrow('401')
    expect(await isAccepted(app, session)).toBe(true)
    expect(JSON.stringify(logged.mock.calls)).not.toContain('wrong-1')
    logged.mockRestore()
  })

  it('an account without a password can end only the current session', async () => {
    const { id } = await app.payload.create({
      collection: 'customers',
      data: { email: 'key@example.com', password: 'a-password', enableAPIKey: true, apiKey: 'k' },
    })
    await app.payload.db.updateOne({
      collection: 'customers',
      id,
      data: { hash: null, salt: null },
    })
    const answer = await app.call(
      'revoke',
      { Authorization: 'customers API-Key k' },
      { user: { collection: 'customers', id }, password: 'a-password' },
    )
    expect(answer.body.errors?.[0]?.name).toBe('ReauthenticationFailed')
  })

  it('a user name works like an e-mail address', async () => {
    const named = await createCallers({
      plugin: { reauthentication: true },
      configure: (config) => ({
        ...config,
        collections: [
          ...(config.collections ?? []),
          { slug: 'operators', auth: { loginWithUsername: true }, fields: [] },
        ],
      }),
    })
    const operator = { username: 'operator', password: 'operator-password' }
    const { id } = await named.payload.create({ collection: 'operators', data: operator })
    const session = await login(named, operator, 'operators')
    const target = { user: { collection: 'operators', id } }
    const wrong = await named.call('revoke', session.jwt, { ...target, password: 'wrong' })
    expect(wrong.status).toBe(403)
    const { password } = operator
    expect((await named.call('revoke', session.jwt, { ...target, password })).status).toBe(200)
    await named.close()
  })
})
