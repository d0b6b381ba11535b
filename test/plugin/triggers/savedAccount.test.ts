import type { CollectionConfig } from 'payload'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { ADMIN, MEMBER } from '../../support/baseConfig.js'
import { type App, type AppOptions, createApp } from '../../support/createApp.js'
import { hasTransactions } from '../../support/hasTransactions.js'
import { isAccepted } from '../../support/isAccepted.js'
import { type Login, login } from '../../support/login.js'
import { onEachDatabaseByNumber } from '../../support/onEachDatabase.js'
import { postgresDatabase } from '../../support/postgresDatabase.js'
import { withUsers } from '../../support/withUsers.js'

/**
 * Users who can be trashed, un-verified and disabled, by a checkbox that only administrators see.
 */
const account = (users: CollectionConfig): CollectionConfig => ({
  ...users,
  auth: { verify: { generateEmailHTML: () => '' } },
  trash: true,
  access: { read: () => true, update: () => true, delete: () => true },
  fields: [
    ...users.fields,
    {
      name: 'disabled',
      type: 'checkbox',
      access: { read: ({ req }) => req.user?.role === 'admin' },
    },
    { name: 'team', type: 'relationship', relationTo: 'notes' },
  ],
})

const plugin: AppOptions['plugin'] = {
  revokeWhen: ({ doc, previousDoc }) =>
    (doc.disabled && !previousDoc.disabled) || doc.team !== previousDoc.team,
}

const apps: App[] = []
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()))
})

async function appWith(
  change: (users: CollectionConfig) => CollectionConfig = (users) => users,
  options: AppOptions = {},
) {
  const app = await createApp({
    plugin,
    isDefault: true,
    ...options,
    configure: withUsers((users) => change(account(users))),
  })
  apps.push(app)
  const { payload } = app
  await payload.update({ collection: 'users', id: 1, data: { _verified: true } })
  const data = { ...ADMIN, role: 'admin', _verified: true }
  await payload.create({ collection: 'users', data, draft: false })
  return app
}

const ENDS = {
  'the trash': { deletedAt: new Date().toISOString() },
  'a lost verification': { _verified: false },
  'a verification that is neither true nor false': { _verified: null },
  'the rule of the application': { disabled: true },
  'a password': { password: 'another-password' },
} as const

type Change = (app: App, by: Login, data: object) => Promise<unknown>

const patch =
  (path: string): Change =>
  async (app, { jwt }, body) => {
    const { status } = await app.request(path, { method: 'PATCH', body, headers: jwt })
    if (status !== 200) throw new Error(`${path}: ${status}`)
  }

const WAYS: Readonly<Record<string, Change>> = {
  'over REST': patch('/api/users/1'),
  'over REST, at a depth': patch('/api/users/1?depth=5'),
  'over REST, asking for nothing back': patch('/api/users/1?select[email]=true'),
  'over REST, in bulk': patch('/api/users?where[id][equals]=1&select[email]=true'),
  async 'over GraphQL'(app, { jwt }, data) {
    const fields = JSON.stringify(data).replace(/"(\w+)":/g, '$1:')
    const query = `mutation { updateUser(id: 1, data: ${fields}) { id } }`
    const answer = await (await app.graphQL(query, jwt)).json()
    if (answer.errors) throw new Error(JSON.stringify(answer.errors))
  },
  'over the Local API': ({ payload }, _, data) =>
    payload.update({ collection: 'users', id: 1, data }),
  'over the Local API, in bulk': ({ payload }, _, data) =>
    payload.update({ collection: 'users', where: { id: { equals: 1 } }, data }),
  'over the Local API, asking for nothing back': ({ payload }, _, data) =>
    payload.update({ collection: 'users', id: 1, data, select: {} }),
}

const DELETIONS: Readonly<Record<string, (app: App, by: Login) => Promise<unknown>>> = {
  'over REST': (app, { jwt }) => app.request('/api/users/1', { method: 'DELETE', headers: jwt }),
  'over REST, in bulk, asking for nothing back': (app, { jwt }) =>
    app.request('/api/users?where[id][equals]=1&select[email]=true', {
      method: 'DELETE',
      headers: jwt,
    }),
  'over GraphQL': (app, { jwt }) => app.graphQL('mutation { deleteUser(id: 1) { id } }', jwt),
  'over the Local API': ({ payload }) => payload.delete({ collection: 'users', id: 1 }),
  'over the Local API, in bulk': ({ payload }) =>
    payload.delete({ collection: 'users', where: { id: { equals: 1 } } }),
}

onEachDatabaseByNumber('an account that is ended by a change', (database) => {
  let app: App
  let admin: Login
  beforeAll(async () => {
    app = await appWith(undefined, database())
    apps.pop()
    admin = await login(app, ADMIN)
  })
  afterAll(() => app?.close())

  for (const [way, change] of Object.entries(WAYS))
    it(`ends its sessions whatever the change, ${way}`, async () => {
      for (const [name, data] of Object.entries(ENDS)) {
        const session = await login(app)
        await change(app, admin, data)
        expect(await isAccepted(app, session), name).toBe(false)
        const password = 'password' in data && { password: MEMBER.password }
        const again = { deletedAt: null, _verified: true, disabled: false, ...password }
        await app.payload.update({ collection: 'users', id: 1, data: again, trash: true })
      }
      expect(await isAccepted(app, admin)).toBe(true)
    })
})

onEachDatabaseByNumber('an account that ends', (database) => {
  for (const [way, remove] of Object.entries(DELETIONS))
    it(`ends its sessions by its deletion, ${way}`, async () => {
      const app = await appWith(undefined, database())
      const [admin, session] = [await login(app, ADMIN), await login(app)]
      await remove(app, admin)
      expect(await isAccepted(app, session)).toBe(false)
      expect(await isAccepted(app, admin)).toBe(true)
    })

  it('is passed to the rule with fields that the caller may not read, always at the same depth', async () => {
    const app = await appWith(undefined, database())
    const { payload } = app
    const note = await payload.create({ collection: 'notes', data: { title: 'A team' } })
    await payload.update({ collection: 'users', id: 1, data: { team: note.id } })
    const session = await login(app)
    await patch('/api/users/1?depth=3')(app, session, { role: 'author' })
    expect(await isAccepted(app, session)).toBe(true)
    await patch('/api/users/1?depth=3')(app, session, { disabled: true })
    expect(await isAccepted(app, session)).toBe(false)
  })

  it('keeps its sessions when the change is rolled back', async () => {
    const options = database()
    let isFailing = false
    const app = await appWith(
      withFailure('updateByID', () => isFailing),
      options,
    )
    const isRolledBack = await hasTransactions(app.payload)
    for (const [name, data] of Object.entries(ENDS)) {
      const session = await login(app)
      isFailing = true
      const change = app.payload.update({ collection: 'users', id: 1, data })
      await expect(change).rejects.toThrow('changed my mind')
      isFailing = false
      expect(await isAccepted(app, session), name).toBe(isRolledBack)
      if (!isRolledBack) break
    }
  })

  it('keeps its sessions when the deletion is rolled back', async () => {
    const options = database()
    const app = await appWith(
      withFailure('deleteByID', () => true),
      options,
    )
    const session = await login(app)
    const deletion = app.payload.delete({ collection: 'users', id: 1 })
    await expect(deletion).rejects.toThrow('changed my mind')
    const isRolledBack = await hasTransactions(app.payload)
    expect(await isAccepted(app, session)).toBe(isRolledBack)
  })
})

/** A hook of the application that fails after everything else was done. */
const withFailure =
  (meant: string, isFailing: () => boolean) =>
  (users: CollectionConfig): CollectionConfig => ({
    ...users,
    hooks: {
      afterOperation: [
        ({ operation, result }) => {
          if (operation === meant && isFailing()) throw new Error('changed my mind')
          return result
        },
      ],
    },
  })

onEachDatabaseByNumber('a hook of the application that fails', (database) => {
  const fail = () => {
    throw new Error('a hook failed')
  }
  const isSaved = async ({ payload }: App) => !(await hasTransactions(payload))

  for (const data of [ENDS['a password'], ENDS['the rule of the application']])
    it(`keeps no session if its account was saved: ${Object.keys(data)}`, async () => {
      const options = database()
      let isFailing = false
      const failing = () => {
        if (isFailing) fail()
      }
      const app = await appWith(
        (users) => ({ ...users, hooks: { afterChange: [failing] } }),
        options,
      )
      const session = await login(app)
      isFailing = true
      const change = app.payload.update({ collection: 'users', id: 1, data })
      await expect(change).rejects.toThrow('a hook failed')
      isFailing = false
      expect(await isAccepted(app, session)).toBe(!(await isSaved(app)))
    })

  it('in a bulk update or deletion keeps no session if its account was changed', async () => {
    let isFailing = false
    const failing = () => {
      if (isFailing) fail()
    }
    const app = await appWith(
      (users) => ({ ...users, hooks: { afterChange: [failing], afterDelete: [failing] } }),
      database(),
    )
    const session = await login(app)
    isFailing = true
    await app.payload
      .update({ collection: 'users', where: { id: { equals: 1 } }, data: { disabled: true } })
      .catch(() => undefined)
    isFailing = false
    const { docs } = await app.payload.find({ collection: 'users', where: { id: { equals: 1 } } })
    expect(await isAccepted(app, session)).toBe(!docs[0]?.disabled)
    const next = await login(app)
    isFailing = true
    await app.payload
      .delete({ collection: 'users', where: { id: { equals: 1 } } })
      .catch(() => undefined)
    const { totalDocs } = await app.payload.count({
      collection: 'users',
      where: { id: { equals: 1 } },
    })
    if (totalDocs === 0) {
      const { docs: rows } = await app.payload.find({ collection: 'revocations', limit: 1 })
      expect(rows[0]).toMatchObject({ reason: 'user-deleted', subject: 'user:users:1' })
    } else expect(await isAccepted(app, next)).toBe(true)
  })

  it('after a password reset by mail leaves no old session with the new password', async () => {
    const options = database()
    let isFailing = false
    const app = await appWith(
      (users) => ({
        ...users,
        hooks: {
          beforeLogin: [
            () => {
              if (isFailing) fail()
            },
          ],
        },
      }),
      options,
    )
    const session = await login(app)
    const token = await app.payload.forgotPassword({
      collection: 'users',
      data: { email: MEMBER.email },
      disableEmail: true,
    })
    isFailing = true
    const password = 'another-password'
    const body = { token, password }
    const { status } = await app.request('/api/users/reset-password', { body })
    expect(status).toBe(500)
    isFailing = false
    expect(await isAccepted(app, session)).toBe(!(await isSaved(app)))
    const credentials = (await isSaved(app)) ? { ...MEMBER, password } : MEMBER
    expect(await isAccepted(app, await login(app, credentials))).toBe(true)
  })

  it('after a complete reset leaves no old session', async () => {
    const app = await appWith(
      withFailure('resetPassword', () => true),
      database(),
    )
    const session = await login(app)
    const token = await app.payload.forgotPassword({
      collection: 'users',
      data: { email: MEMBER.email },
      disableEmail: true,
    })
    const body = { token, password: 'another-password' }
    expect((await app.request('/api/users/reset-password', { body })).status).toBe(500)
    expect(await isAccepted(app, session)).toBe(false)
  })
})

describe('in a transaction of the application on PostgreSQL', () => {
  for (const [name, data] of Object.entries(ENDS))
    it(`ends nothing before the commit, or after a rollback: ${name}`, async () => {
      const app = await appWith(undefined, { postgres: postgresDatabase() })
      const { db } = app.payload
      const session = await login(app)
      const change = async () => {
        const transactionID = (await db.beginTransaction()) ?? ''
        await app.payload.update({ collection: 'users', id: 1, data, req: { transactionID } })
        expect(await isAccepted(app, session)).toBe(true)
        return transactionID
      }
      await db.rollbackTransaction(await change())
      expect(await isAccepted(app, session)).toBe(true)
      const open = await change()
      const meanwhile = await login(app)
      await db.commitTransaction(open)
      expect(await isAccepted(app, session)).toBe(false)
      expect(await isAccepted(app, meanwhile)).toBe(false)
    })
})

describe('a hook of the application', () => {
  it('that calls Payload in between hides no changed password', async () => {
    const app = await appWith((users) => ({
      ...users,
      fields: [
        ...users.fields,
        {
          name: 'checked',
          type: 'text',
          hooks: {
            afterChange: [
              async ({ req }) => {
                await req.payload.count({ collection: 'users', req })
              },
            ],
          },
        },
      ],
    }))
    const session = await login(app)
    await app.payload.update({ collection: 'users', id: 1, data: { password: 'another' } })
    expect(await isAccepted(app, session)).toBe(false)
  })

  it('that removes the password from the data hides no changed password', async () => {
    const app = await appWith((users) => ({
      ...users,
      hooks: {
        beforeChange: [
          ({ data: { password, ...data }, operation }) =>
            operation === 'update' ? data : { ...data, password },
        ],
      },
    }))
    const session = await login(app)
    await app.payload.update({ collection: 'users', id: 1, data: { password: 'another' } })
    expect(await isAccepted(app, session)).toBe(false)
    await expect(login(app)).rejects.toThrow('401')
  })
})

describe('if users have drafts', () => {
  const drafts = (users: CollectionConfig) => ({ ...users, versions: { drafts: true } })
  const published = { _status: 'published' } as const

  for (const [name, data] of Object.entries(ENDS))
    it(`a draft ends nothing, but its publication does: ${name}`, async () => {
      const app = await appWith(drafts)
      const update = (change: object, draft: boolean) =>
        app.payload.update({ collection: 'users', id: 1, data: change, draft })
      await update(published, false)
      const session = await login(app)
      await update(data, true)
      expect(await isAccepted(app, session)).toBe(true)
      await update({ ...data, ...published }, false)
      expect(await isAccepted(app, session)).toBe(false)
    })

  it('publishing another field ends nothing', async () => {
    const app = await appWith(drafts)
    const session = await login(app)
    const data = { role: 'author', ...published }
    await app.payload.update({ collection: 'users', id: 1, data })
    expect(await isAccepted(app, session)).toBe(true)
  })
})

describe.each([
  ['versions', true],
  ['drafts', { drafts: true }],
] as const)('if users have %s', (_, versions) => {
  const versioned = (users: CollectionConfig): CollectionConfig => ({ ...users, versions })

  it('restoring a version that disables a user ends the user’s sessions', async () => {
    const app = await appWith(versioned)
    const { payload } = app
    const set = (data: object) =>
      payload.update({ collection: 'users', id: 1, data: { _status: 'published', ...data } })
    await set({ disabled: true })
    const { docs } = await payload.findVersions({
      collection: 'users',
      where: { parent: { equals: 1 } },
    })
    await set({ disabled: false })
    const session = await login(app)
    await payload.restoreVersion({ collection: 'users', id: String(docs[0]?.id) })
    expect(await isAccepted(app, session)).toBe(false)
  })

  it('restoring a version with an old password ends the sessions of the new one', async () => {
    const app = await appWith(versioned)
    const { payload } = app
    await payload.update({
      collection: 'users',
      id: 1,
      data: { role: 'author', _status: 'published' },
    })
    const { docs } = await payload.findVersions({
      collection: 'users',
      where: { parent: { equals: 1 } },
    })
    await payload.update({
      collection: 'users',
      id: 1,
      data: { password: 'another', _status: 'published' },
    })
    const next = { ...MEMBER, password: 'another' }
    const session = await login(app, next)
    await payload.restoreVersion({ collection: 'users', id: String(docs[0]?.id) })
    const isBack = await login(app, next).then(
      () => false,
      () => true,
    )
    expect(await isAccepted(app, session)).toBe(!isBack)
  })
})
