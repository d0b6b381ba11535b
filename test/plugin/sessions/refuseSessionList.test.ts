import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { revocations } from '../../../src/index.js'
import { type App, createApp } from '../../support/createApp.js'
import { isAccepted } from '../../support/isAccepted.js'
import { login } from '../../support/login.js'
import { withUsers } from '../../support/withUsers.js'

const USER = { collection: 'users', id: 1 } as const
const emptied = { ...USER, data: { sessions: [] } as never }

describe('an update that empties Payload’s list of sessions', () => {
  let app: App
  beforeAll(async () => {
    app = await createApp()
  })
  afterAll(() => app.close())

  it('would end nothing, so it fails and names the right call', async () => {
    const session = await login(app)
    await expect(app.payload.update(emptied)).rejects.toThrow(
      'revocations(payload).revoke({ user })',
    )
    const inBulk = { collection: 'users', where: {}, data: emptied.data } as const
    await expect(app.payload.update(inBulk)).rejects.toThrow('revocations(payload)')
    const overRest = await app.request('/api/users/1', {
      ...{ method: 'PATCH', headers: session.jwt },
      body: { sessions: [] },
    })
    expect(overRest.status).toBe(400)
    expect(await overRest.text()).toContain('no-session-list')
    expect(await isAccepted(app, session)).toBe(true)
    await revocations(app.payload).revoke({ user: USER })
    expect(await isAccepted(app, session)).toBe(false)
  })

  it('is allowed if the field is the application’s own', async () => {
    const own = await createApp({
      configure: withUsers((users) => ({
        ...users,
        fields: [...users.fields, { name: 'sessions', type: 'json' }],
      })),
    })
    await expect(own.payload.update(emptied)).resolves.toMatchObject({ sessions: [] })
    await own.close()
  })

  it('ends them with `useSessions: true`, and the list of sessions shows none as active', async () => {
    const kept = await createApp({
      configure: withUsers((users) => ({ ...users, auth: { useSessions: true } })),
    })
    const session = await login(kept)
    const list = (all: boolean) => revocations(kept.payload).sessions(USER, { all })
    expect(await list(false)).toMatchObject([{ id: session.claims.sid, endedAt: null }])
    await kept.payload.update(emptied)
    expect(await list(false)).toEqual([])
    expect(await list(true)).toMatchObject([{ id: session.claims.sid }])
    const me = await kept.request('/api/users/me', { headers: session.jwt })
    expect(await me.json()).toMatchObject({ user: null })
    await kept.close()
  })
})
