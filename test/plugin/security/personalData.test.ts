import type { Payload } from 'payload'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { revocations } from '../../../src/index.js'
import { recentRefusals } from '../../../src/plugin/gate/refusalLog.js'
import { redisFeed } from '../../../src/redis/index.js'
import { ADMIN } from '../../support/baseConfig.js'
import { BROWSERS } from '../../support/browsers.js'
import { type App, createApp } from '../../support/createApp.js'
import { isAccepted } from '../../support/isAccepted.js'
import { type Login, login, loginFrom } from '../../support/login.js'
import { type RedisServer, startRedis } from '../../support/redisServer.js'
import { withUsers } from '../../support/withUsers.js'

const PERSON = { email: 'jane.doe@example.com', password: 'a-password' }
const ADDRESS = '203.0.113.77'
const NAME = 'Jane’s phone'
const NOTE = 'Jane Doe called: phone lost'
const USER_AGENT = BROWSERS['Firefox on Windows']

let app: App
let redis: RedisServer
let id: number | string
let admin: Login
const lines: string[] = []

beforeAll(async () => {
  redis = await startRedis()
  app = await createApp({
    plugin: { trustProxy: 1, rotation: { grace: 0 }, feed: redisFeed({ url: redis.url }) },
    configure: (config) => ({
      ...withUsers((users) => ({ ...users, access: { read: () => true, delete: () => true } }))(
        config,
      ),
      logger: { options: { level: 'info' }, destination: { write: (line) => lines.push(line) } },
    }),
  })
  await app.payload.create({ collection: 'users', data: ADMIN })
  id = (await app.payload.create({ collection: 'users', data: PERSON })).id
  admin = await login(app, ADMIN)
  await live()
})
afterAll(async () => {
  await app.close()
  await redis.stop()
})

const asPerson = (headers: HeadersInit = {}) => ({
  headers: { ...headers, 'User-Agent': USER_AGENT, 'X-Forwarded-For': ADDRESS },
})

/** All that makes the plugin write something about a person. */
async function live() {
  const logIn = async () => {
    const response = await app.request('/api/users/login', { body: PERSON, ...asPerson() })
    return loginFrom(((await response.json()) as { token: string }).token)
  }
  const post = (path: string, { jwt }: Login) =>
    app.request(`/api/users/${path}`, { method: 'POST', ...asPerson(jwt) })
  const loggedOut = await logIn()
  await post('logout', loggedOut)
  await app.request('/api/posts', asPerson(loggedOut.jwt))
  const robbed = await logIn()
  const { refreshedToken } = (await (await post('refresh-token', robbed)).json()) as {
    refreshedToken: string
  }
  await isAccepted(app, loginFrom(refreshedToken))
  await post('refresh-token', robbed)
  const { claims, jwt } = await logIn()
  const rename = { session: claims.sid, name: NAME }
  await app.request('/api/revocation/sessions/rename', { body: rename, ...asPerson(jwt) })
  const body = { session: claims.sid, note: NOTE }
  await app.request('/api/revocation/revoke', { body, headers: admin.jwt })
}

/** As `docs/security.md` has it. */
async function personalData(payload: Payload, user: { collection: string; id: number | string }) {
  const name = `${user.collection}:${user.id}`
  const sessions = await revocations(payload).sessions(user, { all: true })
  const subjects = [`user:${name}`, ...sessions.map((session) => `sid:${session.id}`)]
  const { docs: ledger } = await payload.find({
    collection: 'revocations' as 'users',
    pagination: false,
    where: { or: [{ actor: { equals: name } }, { subject: { in: subjects } }] },
  })
  return { sessions, ledger }
}

/** Every row of every table, as one text. */
async function wholeDatabase() {
  const { client } = app.payload.db as unknown as {
    client: { execute(sql: string): Promise<{ rows: readonly object[] }> }
  }
  const { rows } = await client.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
  const tables = rows.map((row) => String((row as { name: unknown }).name))
  const contents = await Promise.all(
    tables.map(async (table) => (await client.execute(`SELECT * FROM "${table}"`)).rows),
  )
  return JSON.stringify(contents)
}

async function wholeRedis() {
  const keys = await redis.client.keys('*')
  const contents = keys.map(async (key) => {
    const type = await redis.client.type(key)
    if (type === 'stream') return redis.client.xrange(key, '-', '+')
    return type === 'string' ? redis.client.get(key) : `an unexpected ${type}`
  })
  return JSON.stringify([keys, await Promise.all(contents)])
}

const PERSONAL = [PERSON.email, ADDRESS, USER_AGENT, NAME, NOTE]

it('what is exported of a person is all that the ledger and the records of sessions hold', async () => {
  const { ledger, sessions } = await personalData(app.payload, { collection: 'users', id })
  const exported = JSON.stringify({ ledger, sessions })
  for (const each of [ADDRESS, USER_AGENT, NAME, NOTE]) expect(exported).toContain(each)
  const all = JSON.parse(await wholeDatabase()).flat() as Record<string, unknown>[]
  const isOfPerson = (row: Record<string, unknown>) =>
    row.ip === ADDRESS || row.user_agent === USER_AGENT || row.note === NOTE
  const ids = [...ledger, ...sessions].map((each) => String(each.id))
  const ofPerson = all.filter(isOfPerson)
  expect(ofPerson.length).toBeGreaterThan(5)
  for (const row of ofPerson) expect(ids).toContain(row.id)
})

it('Redis holds no address, device, name, note or e-mail', async () => {
  await expect.poll(wholeRedis).toMatch(/reuse-detected/)
  const content = await wholeRedis()
  for (const each of PERSONAL) expect(content).not.toContain(each)
})

it('the log tells of a reused token with address and device, and of nobody else', () => {
  const log = lines.join('')
  const [reuse, ...others] = lines.filter((line) => line.includes(ADDRESS))
  expect(others).toEqual([])
  expect(JSON.parse(reuse ?? '{}')).toMatchObject({ ip: ADDRESS, userAgent: USER_AGENT })
  for (const each of [PERSON.email, NAME, NOTE]) expect(log).not.toContain(each)
})

it('what was refused lately is in memory, with the address', () => {
  const ofPerson = recentRefusals(app.payload).filter(({ userId }) => userId === String(id))
  expect(ofPerson).toContainEqual(expect.objectContaining({ ip: ADDRESS, path: '/api/posts' }))
})

it('nothing personal is left in the database when the user is deleted', async () => {
  const before = await wholeDatabase()
  for (const each of PERSONAL) expect(before).toContain(each)
  await app.request(`/api/users/${id}`, { method: 'DELETE', headers: admin.jwt })
  const after = await wholeDatabase()
  for (const each of [...PERSONAL, `"users:${id}"`]) expect(after).not.toContain(each)
  expect(after).toContain('reuse-detected')
})
