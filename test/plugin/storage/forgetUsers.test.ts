import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { revocations } from '../../../src/index.js'
import { ADMIN } from '../../support/baseConfig.js'
import { type App, createApp } from '../../support/createApp.js'
import { hasTransactions } from '../../support/hasTransactions.js'
import { isAccepted } from '../../support/isAccepted.js'
import { type Login, login, loginFrom } from '../../support/login.js'
import { onEachDatabase } from '../../support/onEachDatabase.js'
import { passTime, resetTime } from '../../support/passTime.js'
import { withUsers } from '../../support/withUsers.js'

const OFFICE = '198.51.100.9'
const NOTE = 'lost phone of Jane Doe'

interface Row {
  id: string
  subject: string
  reason: string
  actor?: string | null
  ip?: string | null
  note?: string | null
}

/** The deletion of a user fails at the end if the e-mail begins with this. */
const UNDELETABLE = 'undeletable'

const configure = withUsers((users) => ({
  ...users,
  trash: true,
  access: { read: () => true, update: () => true, delete: () => true },
  hooks: {
    afterDelete: [
      ({ doc }) => {
        if (doc.email.startsWith(UNDELETABLE)) throw new Error('an application of its own mind')
      },
    ],
  },
}))

const plugin = {
  trustProxy: 1,
  rotation: { grace: 0 },
  purgeInterval: false,
  maxStaleness: 86_400,
} as const

/** Users with a past, and what is stored about it. */
function createPeople(app: () => App) {
  let count = 0
  let admin: Login | undefined
  const from = (address: string, headers: HeadersInit = {}) => ({
    headers: { ...headers, 'X-Forwarded-For': address },
  })
  const find = async <Doc>(collection: string, field: string, value: unknown) => {
    const where = field ? { [field]: { equals: value } } : {}
    const args = { collection: collection as 'users', limit: 0, pagination: false, where }
    return (await app().payload.db.find<Doc & { id: string }>(args)).docs
  }
  const people = {
    ledger: () => find<Row>('revocations', '', undefined),
    sessions: (id: unknown) => find<object>('user-sessions', 'userId', String(id)),
    users: (id: unknown) => find<object>('users', 'id', id),
    as: from,
    /**
     * A user who logged in, refreshed, logged out, whose token was stolen, and who was logged out
     * by others.
     */
    async withPast(name = 'person') {
      count += 1
      const address = `203.0.113.${count}`
      const credentials = { email: `${name}-${count}@example.com`, password: 'a-password' }
      const { id } = await app().payload.create({ collection: 'users', data: credentials })
      const logIn = async () => {
        const response = await app().request('/api/users/login', {
          ...{ body: credentials, ...from(address) },
        })
        return loginFrom(((await response.json()) as { token: string }).token)
      }
      const post = (path: string, { jwt }: Login) =>
        app().request(`/api/users/${path}`, { method: 'POST', ...from(address, jwt) })
      await post('logout', await logIn())
      const robbed = await logIn()
      const refreshed = (await (await post('refresh-token', robbed)).json()) as {
        refreshedToken: string
      }
      await isAccepted(app(), loginFrom(refreshed.refreshedToken))
      await post('refresh-token', robbed)
      const ended = await logIn()
      admin ??= await login(app(), ADMIN)
      await app().request('/api/revocation/revoke', {
        body: { session: ended.claims.sid, note: NOTE },
        ...from(OFFICE, admin.jwt),
      })
      const session = await logIn()
      return { id, address, session, ended, admin, name: `users:${id}` }
    },
  }
  return people
}

type Person = Awaited<ReturnType<ReturnType<typeof createPeople>['withPast']>>

const isAbout = ({ address, ended, name }: Person, row: Row) =>
  row.ip === address ||
  row.actor === name ||
  (row.note && row.subject === `sid:${ended.claims.sid}`)

onEachDatabase('what is kept of a user', (database) => {
  let app: App
  const people = createPeople(() => app)
  beforeAll(async () => {
    app = await createApp({ ...database(), configure, plugin })
    await app.payload.create({ collection: 'users', data: ADMIN })
  })
  afterAll(async () => {
    await app.close()
    resetTime()
  })

  const personal = async (person: Person) =>
    (await people.ledger()).filter((row) => isAbout(person, row))

  it('stays as long as the user exists: address, actor and note of the revocations', async () => {
    const person = await people.withPast()
    const rows = await personal(person)
    expect(new Set(rows.map(({ reason }) => reason))).toEqual(
      new Set(['logout', 'rotated', 'reuse-detected', 'admin']),
    )
    expect(await people.sessions(person.id)).not.toHaveLength(0)
  })

  it('goes with a user whom somebody else deletes; the revocations stay in force', async () => {
    const [person, neighbour] = [await people.withPast(), await people.withPast()]
    const before = await people.ledger()
    const headers = people.as(OFFICE, person.admin.jwt)
    const path = `/api/users/${person.id}`
    expect((await app.request(path, { method: 'DELETE', ...headers })).status).toBe(200)
    expect(await personal(person)).toEqual([])
    expect(await people.sessions(person.id)).toEqual([])
    const after = await people.ledger()
    const ids = after.map(({ id }) => id)
    for (const { id } of before) expect(ids).toContain(id)
    expect(await isAccepted(app, person.ended)).toBe(false)
    expect(await isAccepted(app, person.session)).toBe(false)
    // Who deleted the account, and from which address, is about a user who still exists.
    const deletions = after.filter(({ subject }) => subject === `user:users:${person.id}`)
    expect(deletions).not.toHaveLength(0)
    for (const { actor, ip } of deletions)
      expect({ actor, ip }).toEqual({ actor: `users:${person.admin.claims.id}`, ip: OFFICE })
    expect(await personal(neighbour)).toEqual(before.filter((row) => isAbout(neighbour, row)))
    expect(await people.sessions(neighbour.id)).not.toHaveLength(0)
  })

  it('goes with users who delete their own account', async () => {
    const person = await people.withPast()
    const headers = people.as(person.address, person.session.jwt)
    await app.request(`/api/users/${person.id}`, { method: 'DELETE', ...headers })
    expect(await people.users(person.id)).toEqual([])
    expect(await personal(person)).toEqual([])
    const rows = (await people.ledger()).filter(({ subject }) => subject.endsWith(`:${person.id}`))
    expect(rows.map(({ actor }) => actor)).toContain('former-user')
    expect(await isAccepted(app, person.session)).toBe(false)
  })

  it('goes with each user of a bulk deletion', async () => {
    const [one, other] = [await people.withPast(), await people.withPast()]
    const query = `where[id][in][0]=${one.id}&where[id][in][1]=${other.id}`
    const headers = people.as(OFFICE, one.admin.jwt)
    await app.request(`/api/users?${query}`, { method: 'DELETE', ...headers })
    for (const person of [one, other]) {
      expect(await people.users(person.id)).toEqual([])
      expect(await personal(person)).toEqual([])
      expect(await people.sessions(person.id)).toEqual([])
    }
  })

  it('comes back with a user whose deletion is rolled back', async () => {
    const person = await people.withPast(UNDELETABLE)
    const before = await personal(person)
    const headers = people.as(OFFICE, person.admin.jwt)
    const path = `/api/users/${person.id}`
    expect((await app.request(path, { method: 'DELETE', ...headers })).status).toBe(500)
    const isBack = await hasTransactions(app.payload)
    expect(await people.users(person.id)).toHaveLength(isBack ? 1 : 0)
    expect(await personal(person)).toEqual(isBack ? before : [])
    const records = await people.sessions(person.id)
    expect(records.length > 0).toBe(isBack)
  })

  it('stays while the user is in the trash, and goes when the trash is emptied', async () => {
    const person = await people.withPast()
    const before = await personal(person)
    const deletedAt = new Date().toISOString()
    await app.payload.update({ collection: 'users', id: person.id, data: { deletedAt } })
    await revocations(app.payload).purge()
    expect(await personal(person)).toEqual(before)
    expect(await people.sessions(person.id)).not.toHaveLength(0)
    await app.payload.delete({ collection: 'users', id: person.id, trash: true })
    expect(await personal(person)).toEqual([])
    expect(await people.sessions(person.id)).toEqual([])
  })

  it('goes with the next purge if the deletion was interrupted', async () => {
    const [person, neighbour] = [await people.withPast(), await people.withPast()]
    await revocations(app.payload).purge()
    await app.payload.db.deleteOne({ collection: 'users', where: { id: { equals: person.id } } })
    expect(await personal(person)).not.toHaveLength(0)
    const kept = await personal(neighbour)
    await revocations(app.payload).purge({ dryRun: true })
    expect(await personal(person)).not.toHaveLength(0)
    await revocations(app.payload).purge()
    expect(await personal(person)).toEqual([])
    expect(await people.sessions(person.id)).toEqual([])
    expect(await personal(neighbour)).toEqual(kept)
    expect(await people.sessions(neighbour.id)).not.toHaveLength(0)
  })
})

describe('a user who gets the id of one whose deletion was interrupted', () => {
  it('keeps their own past, and the former user’s goes', async () => {
    const app = await createApp({ configure, plugin })
    await app.payload.create({ collection: 'users', data: ADMIN })
    const people = createPeople(() => app)
    const former = await people.withPast()
    const before = new Set((await people.ledger()).map(({ id }) => id))
    await app.payload.db.deleteOne({ collection: 'users', where: { id: { equals: former.id } } })
    passTime(60_000)
    const latter = await people.withPast()
    expect(latter.id).toBe(former.id)
    const own = (await people.ledger()).filter(({ id }) => !before.has(id))
    await revocations(app.payload).purge()
    const after = await people.ledger()
    expect(after.filter((row) => before.has(row.id) && isAbout(former, row))).toEqual([])
    expect(after.filter(({ id }) => !before.has(id))).toEqual(own)
    const sids = (await people.sessions(latter.id)).map(({ id }) => id)
    expect(sids).toContain(latter.session.claims.sid)
    expect(sids).not.toContain(former.session.claims.sid)
    await app.close()
    resetTime()
  })
})
