import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ADMIN, MEMBER } from '../../support/baseConfig.js'
import { type App, createApp } from '../../support/createApp.js'
import { hasTransactions } from '../../support/hasTransactions.js'
import { isAccepted } from '../../support/isAccepted.js'
import { type Login, login } from '../../support/login.js'
import { onEachDatabaseByNumber } from '../../support/onEachDatabase.js'
import { stateless, withUsers } from '../../support/withUsers.js'

describe('without the plugin', () => {
  it('a stateless token outlives a change of the password', async () => {
    const app = await createApp({ plugin: false, configure: stateless })
    const [owner, other] = [await login(app), await login(app)]
    await app.request('/api/users/1', {
      method: 'PATCH',
      body: { password: 'a-new-password' },
      headers: owner.jwt,
    })
    expect(await isAccepted(app, other)).toBe(true)
    await app.close()
  })
})

onEachDatabaseByNumber('a password change', (database) => {
  let app: App
  let count = 0
  beforeAll(async () => {
    app = await createApp({ ...database(), isDefault: true })
    await app.payload.create({ collection: 'users', data: { ...ADMIN, role: 'admin' } })
  })
  afterAll(() => app.close())

  /** A new user for each test, with two sessions. */
  const newcomer = async () => {
    count += 1
    const credentials = { email: `user-${count}@example.com`, password: 'old-password' }
    const user = await app.payload.create({ collection: 'users', data: credentials })
    const sessions = [await login(app, credentials), await login(app, credentials)] as const
    return { id: user.id, credentials, sessions }
  }
  const accepted = (sessions: readonly Login[]) =>
    Promise.all(sessions.map((session) => isAccepted(app, session)))
  const password = 'a-new-password'

  for (const way of ['jwt', 'bearer', 'byCookie'] as const) {
    it(`by its owner over REST (${way}) ends every other session, but not this one`, async () => {
      const { id, sessions } = await newcomer()
      const response = await app.request(`/api/users/${id}`, {
        method: 'PATCH',
        body: { password },
        headers: sessions[0][way],
      })
      expect(response.status).toBe(200)
      expect(await accepted(sessions)).toEqual([true, false])
    })
  }

  it('by its owner over GraphQL ends every other session, but not this one', async () => {
    const { id, sessions } = await newcomer()
    const response = await app.graphQL(
      `mutation { updateUser(id: ${id}, data: { password: "${password}" }) { id } }`,
      sessions[0].jwt,
    )
    expect(await response.json()).toMatchObject({ data: { updateUser: { id } } })
    expect(await accepted(sessions)).toEqual([true, false])
  })

  it('by its owner in a server function ends every other session, but not this one', async () => {
    const { id, sessions } = await newcomer()
    const { user } = await app.payload.auth({ headers: new Headers(sessions[0].byCookie) })
    await app.payload.update({
      collection: 'users',
      id,
      data: { password },
      overrideAccess: false,
      user,
    })
    expect(await accepted(sessions)).toEqual([true, false])
  })

  it('in bulk, by its owner, ends every other session, but not this one', async () => {
    const { id, sessions } = await newcomer()
    await app.request(`/api/users?where[id][equals]=${id}`, {
      method: 'PATCH',
      body: { password },
      headers: sessions[0].jwt,
    })
    expect(await accepted(sessions)).toEqual([true, false])
  })

  it('spares the tokens that the spared session is refreshed to', async () => {
    const { id, sessions } = await newcomer()
    const headers = sessions[0].jwt
    await app.request(`/api/users/${id}`, { method: 'PATCH', body: { password }, headers })
    const answer = await app.request('/api/users/refresh-token', { method: 'POST', headers })
    const { refreshedToken } = (await answer.json()) as { refreshedToken: string }
    expect(await isAccepted(app, { token: refreshedToken })).toBe(true)
  })

  it('by someone else ends every session of the user, but not their own', async () => {
    const { id, sessions } = await newcomer()
    const admin = await login(app, ADMIN)
    await app.request(`/api/users/${id}`, {
      method: 'PATCH',
      body: { password },
      headers: admin.jwt,
    })
    expect(await accepted(sessions)).toEqual([false, false])
    expect(await isAccepted(app, admin)).toBe(true)
  })

  it('by the application itself ends every session', async () => {
    const { id, sessions } = await newcomer()
    await app.payload.update({ collection: 'users', id, data: { password } })
    expect(await accepted(sessions)).toEqual([false, false])
  })

  it('by mail ends every session but the one that it begins', async () => {
    const { credentials, sessions } = await newcomer()
    const { email } = credentials
    const token = await app.payload.forgotPassword({
      collection: 'users',
      data: { email },
      disableEmail: true,
    })
    const reset = await app.request('/api/users/reset-password', { body: { token, password } })
    const body = (await reset.json()) as { token: string }
    expect(await accepted(sessions)).toEqual([false, false])
    expect(await isAccepted(app, body)).toBe(true)
  })

  it('is followed at once by a login with the new one, which works', async () => {
    const { id, credentials } = await newcomer()
    for (const next of ['one-password', 'two-password', 'three-password']) {
      await app.payload.update({ collection: 'users', id, data: { password: next } })
      const session = await login(app, { ...credentials, password: next })
      expect(await isAccepted(app, session)).toBe(true)
    }
  })

  it('makes a login invalid that read the account with the old one', async () => {
    const { id, credentials } = await newcomer()
    const { db } = app.payload
    const { findOne } = db
    let isChanged = false
    db.findOne = async (args) => {
      const account = await findOne.call(db, args)
      if (!isChanged && args.collection === 'users') {
        isChanged = true
        await app.payload.update({ collection: 'users', id, data: { password } })
      }
      return account as never
    }
    const session = await login(app, credentials)
    db.findOne = findOne
    expect(isChanged).toBe(true)
    expect(await isAccepted(app, session)).toBe(false)
    await expect(login(app, credentials)).rejects.toThrow('401')
  })

  it('of another field ends nothing', async () => {
    const { id, sessions } = await newcomer()
    await app.payload.update({ collection: 'users', id, data: { role: 'editor' } })
    expect(await accepted(sessions)).toEqual([true, true])
  })
})

onEachDatabaseByNumber('a change that fails after the password was set', (database) => {
  it('keeps the sessions exactly if the password change is rolled back', async () => {
    const app = await createApp({
      ...database(),
      configure: withUsers((users) => ({
        ...users,
        hooks: {
          afterOperation: [
            ({ operation, result }) => {
              if (operation === 'updateByID') throw new Error('changed my mind')
              return result
            },
          ],
        },
      })),
    })
    const session = await login(app)
    const change = app.payload.update({ collection: 'users', id: 1, data: { password: 'next' } })
    await expect(change).rejects.toThrow('changed my mind')
    const isRolledBack = await hasTransactions(app.payload)
    expect(await isAccepted(app, session)).toBe(isRolledBack)
    const password = isRolledBack ? MEMBER.password : 'next'
    expect(await isAccepted(app, await login(app, { ...MEMBER, password }))).toBe(true)
    const { totalDocs } = await app.payload.count({ collection: 'revocations' })
    expect(totalDocs).toBe(isRolledBack ? 0 : 2)
    await app.close()
  })
})

describe('a draft that carries a password', () => {
  it('changes no password and ends nothing', async () => {
    const app = await createApp({
      configure: withUsers((users) => ({ ...users, versions: { drafts: true } })),
    })
    const session = await login(app)
    await app.payload.update({
      collection: 'users',
      id: 1,
      data: { password: 'never' },
      draft: true,
    })
    expect(await isAccepted(app, session)).toBe(true)
    await app.close()
  })
})
