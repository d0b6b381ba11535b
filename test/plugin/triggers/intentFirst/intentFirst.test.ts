import type { CollectionConfig, PayloadRequest } from 'payload'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Revocation } from '../../../../src/core/revocation.js'
import { revocations } from '../../../../src/index.js'
import { breakWrites } from '../../../support/breakWrites.js'
import { type App, type AppOptions, createApp } from '../../../support/createApp.js'
import { isAccepted } from '../../../support/isAccepted.js'
import { type Login, login } from '../../../support/login.js'
import { postgresDatabase } from '../../../support/postgresDatabase.js'
import { newcomer, savedOf } from './accountChanges.js'

const PASSWORD = 'a-password'

/** What the application's own hooks and rule do in the current test. */
const custom: {
  afterChange?: (req: PayloadRequest) => Promise<unknown>
  beforeSave?: () => Promise<unknown>
  afterCommit?: () => void
  revokeWhen?: () => boolean
} = {}
const told: Revocation[] = []

const users = (useSessions: boolean): CollectionConfig => ({
  slug: 'users',
  versions: false,
  auth: { verify: { generateEmailHTML: () => '' }, useSessions },
  access: { read: () => true, update: () => true, delete: () => true },
  hooks: { afterChange: [({ req }) => custom.afterChange?.(req)] },
  fields: [
    {
      name: 'disabled',
      type: 'checkbox',
      hooks: { beforeChange: [({ data, value }) => data?.role === 'gone' || value] },
    },
    { name: 'role', type: 'text' },
    { name: 'age', type: 'number', max: 120 },
  ],
})

async function appWith({
  useSessions = false,
  ...options
}: AppOptions & { useSessions?: boolean } = {}) {
  const app = await createApp({
    ...options,
    plugin: {
      revokeWhen: ({ doc, previousDoc }) =>
        custom.revokeWhen?.() ?? (doc.disabled && !previousDoc.disabled),
      hooks: { onRevoke: ({ revocation }) => told.push(revocation) },
    },
    configure: (config) => ({ ...config, collections: [users(useSessions)] }),
  })
  // It is nearer to the database than the plugin's wrapper.
  const { db } = app.payload
  const { updateOne } = db
  db.updateOne = async (args) => {
    await custom.beforeSave?.()
    return updateOne.call(db, args)
  }
  const { commitTransaction } = db
  db.commitTransaction = async (id) => {
    await commitTransaction.call(db, id)
    custom.afterCommit?.()
    delete custom.afterCommit
  }
  return app
}

let count = 0

async function member(app: App) {
  count += 1
  const credentials = { email: `member-${count}@example.com`, password: PASSWORD }
  const { id } = await app.payload.create({
    collection: 'users',
    data: { ...credentials, _verified: true },
    disableVerificationEmail: true,
  })
  const account = { collection: 'users', id } as const
  return { account, credentials, session: await login(app, credentials) }
}

afterEach(() => {
  for (const name of Object.keys(custom) as (keyof typeof custom)[]) delete custom[name]
  told.length = 0
})

describe('a change without a transaction', () => {
  let app: App
  beforeAll(async () => {
    app = await appWith()
  })
  afterAll(() => app?.close())

  const change = (id: unknown, body: object) =>
    app.request(`/api/users/${id}`, { method: 'PATCH', body })
  const rowsOf = async ({ id }: { id: unknown }) => {
    const where = { subject: { equals: `user:users:${id}` } }
    const { docs } = await app.payload.find({ collection: 'revocations', where, sort: 'id' })
    return docs.map(({ reason }) => reason)
  }
  it('leaves in the ledger what it began and what it did, and is reported once', async () => {
    const account = await newcomer(app)
    await change(account.id, { disabled: true })
    expect(await rowsOf(account)).toEqual(['change-begun', 'user-disabled'])
    expect(told.map(({ reason }) => reason)).toEqual(['user-disabled'])
  })

  it('ends a login right before the save, even when nothing more is written', async () => {
    const { credentials, account } = await member(app)
    let meanwhile: Login | undefined
    let mend: (() => void) | undefined
    custom.beforeSave = async () => {
      delete custom.beforeSave
      meanwhile = await login(app, credentials)
      mend = breakWrites(app.payload)
    }
    const { status } = await change(account.id, { disabled: true })
    mend?.()
    expect(status).toBe(200)
    expect(await savedOf(app, account)).toMatchObject({ disabled: true })
    expect(await rowsOf(account)).toEqual(['change-begun'])
    if (!meanwhile) throw new Error('Nothing was saved')
    expect(await isAccepted(app, meanwhile)).toBe(false)
  })

  it('that validation refuses ends nothing', async () => {
    const account = await newcomer(app)
    expect((await change(account.id, { disabled: true, age: 200 })).status).toBe(400)
    expect((await change(account.id, { password: 'x' })).status).toBe(400)
    expect(await isAccepted(app, account)).toBe(true)
    expect(await rowsOf(account)).toEqual([])
  })

  it('that the database refuses has ended the sessions, and the next login works', async () => {
    const { account, credentials, session } = await member(app)
    const { credentials: taken } = await member(app)
    const body = { email: taken.email, disabled: true }
    expect((await change(account.id, body)).status).toBe(400)
    expect(await savedOf(app, account)).toMatchObject({ disabled: null })
    expect(await isAccepted(app, session)).toBe(false)
    expect(await isAccepted(app, await login(app, credentials))).toBe(true)
  })

  it('is not saved when the rule of the application fails', async () => {
    const account = await newcomer(app)
    custom.revokeWhen = () => {
      throw new Error('the rule failed')
    }
    expect((await change(account.id, { disabled: true })).status).toBe(500)
    expect(await savedOf(app, account)).toMatchObject({ disabled: null })
    expect(await isAccepted(app, account)).toBe(true)
  })

  it('is not saved when it cannot be recorded, whatever field hooks do', async () => {
    const account = await newcomer(app)
    const mend = breakWrites(app.payload)
    expect((await change(account.id, { role: 'gone' })).status).toBe(500)
    mend()
    expect(await savedOf(app, account)).toMatchObject({ role: 'member' })
    expect(await isAccepted(app, account)).toBe(true)
    await change(account.id, { role: 'gone' })
    expect(await isAccepted(app, account)).toBe(false)
  })
})

describe('a slow change in a transaction', () => {
  let app: App
  beforeAll(async () => {
    app = await appWith({ postgres: postgresDatabase() })
  })
  afterAll(async () => {
    vi.useRealTimers()
    await app?.close()
  })

  it('ends a login before its commit, even when nothing more is written', async () => {
    const { db } = app.payload
    const { account, credentials } = await member(app)
    const transactionID = (await db.beginTransaction()) ?? ''
    const data = { password: 'the-next-password' }
    await app.payload.update({ ...account, data, req: { transactionID } })
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 })
    const meanwhile = await login(app, credentials)
    let mend: (() => void) | undefined
    custom.afterCommit = () => {
      mend = breakWrites(app.payload)
    }
    await db.commitTransaction(transactionID)
    mend?.()
    const ends = await revocations(app.payload).explain({ token: meanwhile.token })
    expect(ends.map(({ reason }) => reason)).toEqual(['password-changed'])
  })
})

describe.each([false, true])('a hook after a change, with useSessions: %s', (useSessions) => {
  let app: App
  beforeAll(async () => {
    app = await appWith({ useSessions })
  })
  afterAll(() => app?.close())

  it('may log the user in with the new password', async () => {
    const email = 'member@example.com'
    const { payload } = app
    const { id } = await payload.create({
      collection: 'users',
      data: { email, password: PASSWORD, _verified: true },
      disableVerificationEmail: true,
    })
    const password = 'the-next-password'
    let token: string | undefined
    custom.afterChange = async (req) => {
      delete custom.afterChange
      const data = { email, password }
      token = (await payload.login({ collection: 'users', data, req })).token
    }
    await payload.update({ collection: 'users', id, data: { password } })
    expect(await isAccepted(app, { token: String(token) })).toBe(true)
  })
})
