import { APIError, type CollectionBeforeChangeHook } from 'payload'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isPasswordOf } from '../../../src/index.js'
import { MEMBER } from '../../support/baseConfig.js'
import { type App, createApp } from '../../support/createApp.js'
import { isAccepted } from '../../support/isAccepted.js'
import { login } from '../../support/login.js'
import { withUsers } from '../../support/withUsers.js'

/** The recipe in docs/security.md. */
const requirePassword: CollectionBeforeChangeHook = async ({
  data,
  operation,
  originalDoc,
  req,
}) => {
  const { currentPassword, ...rest } = data
  const isEmailNew = rest.email !== undefined && rest.email !== originalDoc?.email
  if (operation !== 'update' || !req.user || !(rest.password || isEmailNew)) return rest
  const isRight =
    typeof currentPassword === 'string' &&
    (await isPasswordOf(req.payload, req.user, currentPassword))
  if (!isRight) throw new APIError('Your current password is needed.', 403, undefined, true)
  return rest
}

const takeOver = { email: 'thief@example.com', password: 'thief-password' }

async function steal(app: App, body: object) {
  const { jwt } = await login(app)
  return app.request('/api/users/1', { method: 'PATCH', headers: jwt, body })
}

describe('without asking for the password again', () => {
  it('a stolen session takes the account over', async () => {
    const app = await createApp()
    expect((await steal(app, takeOver)).status).toBe(200)
    await expect(login(app)).rejects.toThrow('401')
    await app.close()
  })
})

describe('a hook that asks for the password before an account is changed', () => {
  let app: App
  beforeAll(async () => {
    app = await createApp({
      configure: withUsers((users) => ({
        ...users,
        auth: { maxLoginAttempts: 5 },
        fields: [...users.fields, { name: 'currentPassword', type: 'text', virtual: true }],
        hooks: { beforeChange: [requirePassword] },
      })),
    })
  })
  afterAll(() => app.close())

  it('stops a stolen session', async () => {
    for (const currentPassword of [undefined, 'wrong', '', 7]) {
      for (const [name, value] of Object.entries(takeOver)) {
        expect((await steal(app, { [name]: value, currentPassword })).status).toBe(403)
      }
      await login(app)
    }
  })

  it('lets the owner change other fields without it, and these with it', async () => {
    expect((await steal(app, { role: 'author' })).status).toBe(200)
    const other = await login(app)
    const currentPassword = MEMBER.password
    const changed = await steal(app, { password: 'next-password', currentPassword })
    expect(changed.status).toBe(200)
    expect(await changed.text()).not.toContain(currentPassword)
    expect(await isAccepted(app, other)).toBe(false)
    await login(app, { ...MEMBER, password: 'next-password' })
  })

  it('is false for a user who does not exist', async () => {
    expect(await isPasswordOf(app.payload, { collection: 'users', id: 99 }, 'any')).toBe(false)
    expect(await isPasswordOf(app.payload, { collection: 'posts', id: 1 }, 'any')).toBe(false)
  })
})
