import type { CollectionConfig } from 'payload'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { revocations } from '../../../src/index.js'
import { MEMBER } from '../../support/baseConfig.js'
import { type App, createApp } from '../../support/createApp.js'
import { isAccepted } from '../../support/isAccepted.js'
import { login } from '../../support/login.js'
import { onEachDatabaseByNumber } from '../../support/onEachDatabase.js'
import { withUsers } from '../../support/withUsers.js'

const ISSUING = ['login', 'refresh', 'resetPassword']

/** What somebody else does while a hook of the application takes its time. */
let meanwhile: { hook: string; work: () => Promise<unknown> } | undefined

async function wait(hook: string) {
  if (meanwhile?.hook !== hook) return
  const { work } = meanwhile
  meanwhile = undefined
  await work()
}

const account = withUsers(
  (users): CollectionConfig => ({
    ...users,
    fields: [...users.fields, { name: 'disabled', type: 'checkbox' }],
    hooks: {
      beforeOperation: [
        async ({ operation }) => {
          if (ISSUING.includes(operation)) await wait('beforeOperation')
        },
      ],
      beforeValidate: [() => wait('beforeValidate')],
      beforeLogin: [() => wait('beforeLogin')],
      afterLogin: [() => wait('afterLogin')],
      afterRefresh: [() => wait('afterRefresh')],
      afterOperation: [
        async ({ operation, result }) => {
          if (ISSUING.includes(operation)) await wait('afterOperation')
          return result
        },
      ],
    },
  }),
)

const DURING: Readonly<Record<string, readonly string[]>> = {
  'a reset by mail': ['beforeValidate', 'beforeLogin', 'afterLogin', 'afterOperation'],
  'a login': ['beforeLogin', 'afterLogin', 'afterOperation'],
  'a refresh': ['afterRefresh', 'afterOperation'],
}

onEachDatabaseByNumber(
  'a revocation while a token is being issued',
  (database, { hasOneWriter }) => {
    let app: App
    beforeAll(async () => {
      app = await createApp({
        ...database(),
        configure: account,
        plugin: { revokeWhen: ({ doc, previousDoc }) => doc.disabled && !previousDoc.disabled },
      })
    })
    afterAll(() => app?.close())

    /** Each prepares, and returns a function that asks for the token. */
    const ways: Readonly<Record<string, () => Promise<() => Promise<{ token: string }>>>> = {
      async 'a reset by mail'() {
        const { email, password } = MEMBER
        const token = await app.payload.forgotPassword({
          collection: 'users',
          data: { email },
          disableEmail: true,
        })
        const body = { token, password }
        return async () => (await app.request('/api/users/reset-password', { body })).json()
      },
      'a login': async () => () => login(app),
      async 'a refresh'() {
        const { jwt: headers } = await login(app)
        const path = '/api/users/refresh-token'
        return async () => {
          const response = await app.request(path, { method: 'POST', headers })
          return { token: (await response.json()).refreshedToken }
        }
      },
    }
    const set = (disabled: boolean) =>
      app.payload.update({ collection: 'users', id: 1, data: { disabled } })
    const revoking = {
      'the user': () => revocations(app.payload).revoke({ user: { collection: 'users', id: 1 } }),
      everyone: () => revocations(app.payload).revoke({ everyone: true }),
      'by disabling': () => set(true),
    }

    for (const [way, hooks] of Object.entries(DURING))
      for (const [what, work] of Object.entries(revoking)) {
        const possible = hooks.filter((hook) => {
          // Inside a transaction of SQLite nobody else can write, and a reset is over in the last
          // hook.
          const isLocked = hasOneWriter && !(way === 'a reset by mail' && hook === 'afterOperation')
          // The account itself is locked, or overwritten.
          const isHeld = what === 'by disabling' && hook !== 'afterOperation'
          return !(isLocked || isHeld)
        })
        if (possible.length === 0) continue
        it(`covers the token of ${way}: ${what}`, async () => {
          const prepare = ways[way]
          if (!prepare) throw new Error(way)
          for (const hook of possible) {
            await set(false)
            const ask = await prepare()
            meanwhile = { hook, work }
            const token = await ask()
            expect(meanwhile, hook).toBeUndefined()
            expect(await isAccepted(app, token), hook).toBe(false)
          }
          await set(false)
        })
      }

    if (hasOneWriter) return

    for (const way of ['a reset by mail', 'a login'])
      it(`does not cover the token of ${way} that begins later`, async () => {
        const ask = await ways[way]?.()
        meanwhile = { hook: 'beforeOperation', work: revoking['the user'] }
        const token = await ask?.()
        expect(meanwhile).toBeUndefined()
        expect(token && (await isAccepted(app, token))).toBe(true)
      })

    it('covers the token of a first user whose hooks take their time', async () => {
      await app.payload.delete({ collection: 'users', where: {} })
      meanwhile = { hook: 'beforeLogin', work: revoking.everyone }
      const body = { email: 'first@example.com', password: 'a-password' }
      const response = await app.request('/api/users/first-register', { body })
      expect(meanwhile).toBeUndefined()
      expect(await isAccepted(app, await response.json())).toBe(false)
    })
  },
)
