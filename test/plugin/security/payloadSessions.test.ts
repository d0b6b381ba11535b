import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { revocations } from '../../../src/index.js'
import { type App, createApp } from '../../support/createApp.js'
import { isAccepted } from '../../support/isAccepted.js'
import { login } from '../../support/login.js'
import { withUsers } from '../../support/withUsers.js'

/**
 * An application that keeps Payload's own list of sessions together with the plugin. Both apply.
 */
describe('with `useSessions: true`', () => {
  let app: App
  let count = 0
  beforeAll(async () => {
    app = await createApp({
      configure: withUsers((users) => ({ ...users, auth: { useSessions: true } })),
    })
  })
  afterAll(() => app.close())

  /** A new user with two sessions. */
  const newPerson = async () => {
    count += 1
    const credentials = { email: `person-${count}@example.com`, password: 'first-password' }
    const { id } = await app.payload.create({ collection: 'users', data: credentials })
    const own = await login(app, credentials)
    const other = await login(app, credentials)
    expect(own.claims.sid).not.toBe(other.claims.sid)
    return { id, credentials, own, other }
  }

  it('a logout ends its own token and no other', async () => {
    const { own, other } = await newPerson()
    await app.request('/api/users/logout', { method: 'POST', headers: own.jwt })
    expect(await isAccepted(app, own)).toBe(false)
    expect(await isAccepted(app, other)).toBe(true)
  })

  it('a logout of all sessions ends every token', async () => {
    const { own, other } = await newPerson()
    const all = '/api/users/logout?allSessions=true'
    await app.request(all, { method: 'POST', headers: own.jwt })
    expect(await isAccepted(app, own)).toBe(false)
    expect(await isAccepted(app, other)).toBe(false)
  })

  it('both lists count: a token is refused if Payload’s list lacks it, or if ours contains it', async () => {
    const { id, own, other } = await newPerson()
    await app.payload.db.updateOne({ collection: 'users', id, data: { sessions: [] } })
    expect(await isAccepted(app, own).catch(() => 'no user')).toBe('no user')
    const sessions = [{ id: other.claims.sid, expiresAt: FAR, createdAt: FAR }]
    await app.payload.db.updateOne({ collection: 'users', id, data: { sessions } })
    expect(await isAccepted(app, other)).toBe(true)
    await revocations(app.payload).revoke({ session: String(other.claims.sid) })
    expect(await isAccepted(app, other)).toBe(false)
  })

  it('a changed password spares the session of its owner', async () => {
    const { id, own, other } = await newPerson()
    const changed = await app.request(`/api/users/${id}`, {
      ...{ method: 'PATCH', headers: own.jwt },
      body: { password: 'second-password' },
    })
    expect(changed.status).toBe(200)
    expect(await isAccepted(app, own)).toBe(true)
    expect(await isAccepted(app, other)).toBe(false)
  })

  it('a refreshed token keeps the session, and its end ends both tokens', async () => {
    const { own } = await newPerson()
    const answer = await app.request('/api/users/refresh-token', {
      ...{ method: 'POST', headers: own.jwt },
    })
    const { refreshedToken: token } = (await answer.json()) as { refreshedToken: string }
    expect(await isAccepted(app, { token })).toBe(true)
    await app.request('/api/users/logout', {
      ...{ method: 'POST', headers: { Authorization: `JWT ${token}` } },
    })
    expect(await isAccepted(app, { token })).toBe(false)
    expect(await isAccepted(app, own)).toBe(false)
  })

  it('a deleted user’s tokens end', async () => {
    const { id, own, other } = await newPerson()
    await app.payload.delete({ collection: 'users', id })
    for (const session of [own, other]) expect(await isAccepted(app, session)).toBe(false)
  })
})

const FAR = new Date(Date.now() + 3_600_000).toISOString()
