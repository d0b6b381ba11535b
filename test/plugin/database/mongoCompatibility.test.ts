import { compatibilityOptions, type Args as MongoArgs } from '@payloadcms/db-mongodb'
import type { Payload } from 'payload'
import { describe, expect, it } from 'vitest'
import { revocations } from '../../../src/index.js'
import { MEMBER } from '../../support/baseConfig.js'
import { type App, type AppOptions, createApp } from '../../support/createApp.js'
import { isAccepted } from '../../support/isAccepted.js'
import { type Login, login } from '../../support/login.js'
import { mongoDatabase } from '../../support/mongo/mongoDatabase.js'

/** For databases that are compatible with MongoDB: `documentdb`, `cosmosdb`, `firestore`. */
const PRESETS: Readonly<Record<string, Partial<MongoArgs>>> = compatibilityOptions

const SETTINGS: Readonly<Record<string, Partial<MongoArgs>>> = {
  'with a collation': { collation: { strength: 1 } },
  'with the ids of its callers': { allowIDOnCreate: true },
  'with names as they are': { autoPluralization: false },
  'without a second sorting': { disableFallbackSort: true },
  'with additional keys': { allowAdditionalKeys: true },
  'with indexes before the start': { ensureIndexes: true },
}
const IDS = {
  'ids of MongoDB': undefined,
  'numbers as ids': 'numbers',
  'texts as ids': 'texts',
} as const

for (const [name, mongoArgs] of Object.entries(PRESETS)) {
  describe(`MongoDB's adapter with the preset ${name}`, () => {
    for (const [ids, userIds] of Object.entries(IDS)) {
      it(`ends what a logout, a password and a deletion end, and tells why, with ${ids}`, () =>
        live({ mongo: mongoDatabase(), mongoArgs, userIds }))
    }
  })
}

describe("MongoDB's adapter", () => {
  for (const [name, mongoArgs] of Object.entries(SETTINGS)) {
    it(`ends what a logout, a password and a deletion end, and tells why, ${name}`, () =>
      live({ mongo: mongoDatabase(), mongoArgs }))
  }
})

const NEXT = { ...MEMBER, password: 'another-password' }

async function live(options: AppOptions) {
  const app = await createApp(options)
  const { payload } = app
  const [member] = (await payload.find({ collection: 'users' })).docs
  const user = { collection: 'users', id: member?.id as number | string }
  try {
    const [gone, left] = [await login(app), await login(app)]
    expect(await isAccepted(app, gone)).toBe(true)
    await app.request('/api/users/logout', { method: 'POST', headers: gone.jwt })
    expect([await isAccepted(app, gone), await isAccepted(app, left)]).toEqual([false, true])
    expect(await reasonsOf(app, gone)).toContain('logout')
    expect(await activeSessions(payload, user)).toEqual([left.claims.sid])

    await payload.update({ ...COLLECTION, id: user.id, data: { password: NEXT.password } })
    expect(await isAccepted(app, left)).toBe(false)
    expect(await reasonsOf(app, left)).toContain('password-changed')
    const last = await login(app, NEXT)
    expect(await isAccepted(app, last)).toBe(true)
    expect((await revocations(payload).list({ scope: 'user' })).totalDocs).toBeGreaterThan(0)

    await payload.delete({ ...COLLECTION, id: user.id })
    expect(await isAccepted(app, last)).toBe(false)
    expect(await reasonsOf(app, last)).toContain('user-deleted')
    expect((await payload.count({ collection: 'user-sessions' as 'users' })).totalDocs).toBe(0)
    expect(await revocations(payload).purge()).toMatchObject({ revocations: 0 })
  } finally {
    await app.close()
  }
}

const COLLECTION = { collection: 'users' } as const

const reasonsOf = async ({ payload }: App, { token }: Login) =>
  (await revocations(payload).explain({ token })).map(({ reason }) => reason)

const activeSessions = async (
  payload: Payload,
  user: { collection: string; id: number | string },
) => (await revocations(payload).sessions(user)).map(({ id }) => id)

it('a user who is created with an id of the caller is known by it', async () => {
  const id = '0123456789abcdef01234567'
  const app = await createApp({
    mongo: mongoDatabase(),
    mongoArgs: { allowIDOnCreate: true },
  })
  try {
    const credentials = { email: 'chosen@example.com', password: 'a-password' }
    await app.payload.create({ collection: 'users', data: { id, ...credentials } })
    const session = await login(app, credentials)
    expect(session.claims.id).toBe(id)
    await revocations(app.payload).revoke({ user: { collection: 'users', id } })
    expect(await isAccepted(app, session)).toBe(false)
  } finally {
    await app.close()
  }
})
