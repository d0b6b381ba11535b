import type { CollectionConfig, Config, TypeWithID } from 'payload'
import { issueTime } from '../../../../src/core/cutoff.js'
import { uuidv7 } from '../../../../src/core/uuidv7.js'
import { revocations } from '../../../../src/index.js'
import { baseConfig } from '../../../support/baseConfig.js'
import type { AppOptions, createApp } from '../../../support/createApp.js'
import { signToken } from '../../../support/signToken.js'

export type App = Pick<Awaited<ReturnType<typeof createApp>>, 'payload' | 'request'>

const open = () => true

const accounts = (slug: string, more: Partial<CollectionConfig>): CollectionConfig => ({
  slug,
  versions: false,
  auth: { verify: { generateEmailHTML: () => '' }, forgotPassword: { minRequestInterval: 0 } },
  access: { create: open, read: open, update: open, delete: open },
  fields: [
    { name: 'disabled', type: 'checkbox' },
    { name: 'role', type: 'text' },
  ],
  ...more,
})

/** Accounts that anyone may change in every way. Those of `editors` have versions. */
export const options: AppOptions = {
  plugin: {
    revokeWhen: ({ doc, previousDoc }) =>
      (doc.disabled && !previousDoc.disabled) || doc.role !== previousDoc.role,
    purgeInterval: false,
  },
  configure: (config: Config) => ({
    ...config,
    collections: [
      accounts('users', { trash: true }),
      accounts('editors', { versions: { maxPerDoc: 0 } }),
    ],
  }),
}

export interface Account {
  readonly collection: 'users' | 'editors'
  readonly id: number | string
  /** The token of a login before the change. */
  readonly token: string
  readonly hash: string
}

let count = 0

/** An account before the change, and a token as an earlier login would have received it. */
export async function newcomer(
  app: App,
  { collection = 'users', prepare }: Pick<Change, 'collection' | 'prepare'> = {},
): Promise<Account> {
  const { payload } = app
  count += 1
  const email = `user-${process.pid}-${count}@example.com`
  const { hash, salt } = await somePassword(payload)
  const resetPasswordExpiration = new Date(Date.now() + 3_600_000).toISOString()
  const { id } = await payload.db.create({
    collection,
    data: {
      ...{ email, hash, salt, role: 'member', _verified: true },
      ...{ resetPasswordToken: `reset-${email}`, resetPasswordExpiration },
    },
  })
  await prepare?.(app, { collection, id, hash, token: '' })
  const known = await revocations(payload).explain({ user: { collection, id } })
  const issuedAt = issueTime({ now: Date.now(), known })
  const seconds = Math.floor(Date.now() / 1_000)
  const times = { iat: seconds, exp: seconds + 3_600, auth_time: seconds }
  const claims = { collection, id, email, ...times, jti: uuidv7(issuedAt), sid: `of-${email}` }
  return { collection, id, hash, token: signToken(claims, { secret: baseConfig().secret }) }
}

interface Password {
  hash: string
  salt: string
}

const passwords = new WeakMap<object, Promise<Password>>()

/** One password is hashed for real and shared, because hashing takes a tenth of a second. */
function somePassword(payload: App['payload']) {
  const known = passwords.get(payload) ?? hashed(payload)
  passwords.set(payload, known)
  return known
}

async function hashed(payload: App['payload']) {
  const { id } = await payload.create({
    collection: 'users',
    data: { email: 'first@example.com', password: 'a-password' },
    disableVerificationEmail: true,
  })
  const first = await payload.db.findOne<Password & TypeWithID>({
    collection: 'users',
    where: { id: { equals: id } },
  })
  if (!first) throw new Error('There is no first user')
  return first
}

/** A way to end an account or its sessions. */
export interface Change {
  collection?: Account['collection']
  /** What must exist before. */
  prepare?: (app: App, account: Account) => Promise<unknown>
  make(app: App, account: Account): Promise<unknown>
  isMade(saved: Record<string, unknown> | null, account: Account): boolean
}

const patch =
  (body: object): Change['make'] =>
  ({ request }, { collection, id }) =>
    request(`/api/${collection}/${id}`, { method: 'PATCH', body })

const query = ({ id }: Account) => `where[id][in]=${id}`
const hasOtherPassword: Change['isMade'] = (saved, { hash }) => saved?.hash !== hash

export const CHANGES: Readonly<Record<string, Change>> = {
  'a disabled box': {
    make: patch({ disabled: true }),
    isMade: (saved) => saved?.disabled === true,
  },
  'a role, in bulk': {
    make: ({ request }, account) =>
      request(`/api/users?${query(account)}`, { method: 'PATCH', body: { role: 'guest' } }),
    isMade: (saved) => saved?.role === 'guest',
  },
  'the trash': {
    make: patch({ deletedAt: new Date().toISOString() }),
    isMade: (saved) => Boolean(saved?.deletedAt),
  },
  'a lost verification': {
    make: ({ payload }, { collection, id }) =>
      payload.update({ collection, id, data: { _verified: false } }),
    isMade: (saved) => saved?._verified === false,
  },
  'a password that somebody else sets': {
    make: patch({ password: 'another-password' }),
    isMade: hasOtherPassword,
  },
  'a password that is reset by mail': {
    async make({ payload, request }, { collection, id }) {
      const saved = await payload.db.findOne<TypeWithID & { resetPasswordToken: string }>({
        collection,
        where: { id: { equals: id } },
      })
      const body = { token: saved?.resetPasswordToken, password: 'another-password' }
      return request(`/api/${collection}/reset-password`, { body })
    },
    isMade: hasOtherPassword,
  },
  'a deletion': {
    prepare: ({ payload }, account) => logOutOnce(payload, account),
    make: ({ request }, { id }) => request(`/api/users/${id}`, { method: 'DELETE' }),
    isMade: (saved) => saved === null,
  },
  'a deletion in bulk': {
    make: ({ request }, account) => request(`/api/users?${query(account)}`, { method: 'DELETE' }),
    isMade: (saved) => saved === null,
  },
  'a version that is restored': {
    collection: 'editors',
    async prepare({ payload }, { id }) {
      const set = (disabled: boolean) =>
        payload.update({ collection: 'editors', id, data: { disabled } })
      await set(true)
      await set(false)
    },
    async make({ payload, request }, { id }) {
      const where = { parent: { equals: id }, 'version.disabled': { equals: true } }
      const { docs } = await payload.findVersions({ collection: 'editors', where, limit: 1 })
      return request(`/api/editors/versions/${docs[0]?.id}`, { method: 'POST' })
    },
    isMade: (saved) => saved?.disabled === true,
  },
}

/** What the ledger has of a user who logged out, from a known address. */
async function logOutOnce({ db }: App['payload'], { collection, id }: Account) {
  const [revokedAt, expiresAt] = [0, 3_600_000].map((ms) => new Date(Date.now() + ms).toISOString())
  const row = { id: uuidv7(Date.now()), scope: 'token', subject: `jti:of-${id}`, reason: 'logout' }
  const person = { actor: `${collection}:${id}`, ip: '203.0.113.7' }
  await db.create({ collection: 'revocations', data: { ...row, ...person, revokedAt, expiresAt } })
}

export const addressesOf = async ({ payload }: App, { collection, id }: Account) => {
  const where = { actor: { equals: `${collection}:${id}` } }
  const { docs } = await payload.db.find<{ ip: string }>({
    ...{ collection: 'revocations' as 'users', where },
  })
  return docs.map(({ ip }) => ip)
}

export const savedOf = ({ payload }: App, { collection, id }: Pick<Account, 'collection' | 'id'>) =>
  payload.db.findOne<Record<string, unknown> & { id: number | string }>({
    collection,
    where: { id: { equals: id } },
  })

/** The settings of `changeProcess`, as JSON in an environment variable. */
export interface ChangeSettings {
  database: Pick<AppOptions, 'database' | 'postgres' | 'transactions'>
  name: string
  account: Account
  nth: number
}

export const SETTINGS_VARIABLE = 'CHANGE_SETTINGS'

/** What it prints when it is ready to begin. */
export const READY = 'ready to change'
