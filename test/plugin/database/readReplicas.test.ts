import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isPasswordOf, revocations } from '../../../src/index.js'
import { runtimeOf } from '../../../src/plugin/runtime/runtimeOf.js'
import { type App, createApp } from '../../support/createApp.js'
import { isAccepted } from '../../support/isAccepted.js'
import { type Login, login } from '../../support/login.js'
import { startPostgres } from '../../support/postgresServer.js'

const ANNA = { email: 'anna@example.com', password: 'the-first-password' }
const BERT = { email: 'bert@example.com', password: 'the-password-of-bert' }
const PLUGIN = { pollInterval: 0.1, sessionLimits: { maxPerUser: 3 } }

/** `reader` is another process than `writer`, and its replica has nothing of what happens here. */
describe('an app whose reads go to a replica that is an hour behind', () => {
  let writer: App
  let reader: App
  let token: Login
  beforeAll(async () => {
    const server = startPostgres()
    const postgres = server.createDatabase()
    writer = await createApp({ postgres, plugin: PLUGIN })
    for (const data of [ANNA, BERT]) await writer.payload.create({ collection: 'users', data })
    const replica = server.startDelayedReplica()
    reader = await createApp({
      ...{ postgres, plugin: PLUGIN, database: writer.database },
      readReplicas: [replica.addressOf(postgres)],
    })
    token = await login(writer)
    expect(await isAccepted(reader, token)).toBe(true)
  })
  afterAll(async () => {
    await reader?.close()
    await writer?.close()
  })

  it('learns what another process has counted', async () => {
    const [here, there] = [writer, reader].map(({ payload }) => runtimeOf(payload).ledger)
    const periods = { firstMinute: 29_000_000, minutes: 3, count: 2, isOpen: true }
    for (const id of ['first', 'second']) {
      const count = { id, until: 1_740_000_000_000, periods, digest: [7, 0] }
      await here?.sharedCounts?.write(count)
      expect(await there?.sharedCounts?.read()).toEqual(count)
    }
  })

  const idOf = async ({ email }: { email: string }) => {
    const where = { email: { equals: email } }
    const { docs } = await writer.payload.find({ collection: 'users', where })
    return Number(docs[0]?.id)
  }

  it('reads its own collections from the replica', async () => {
    await writer.payload.create({ collection: 'posts', data: { title: 'not replicated' } })
    const { totalDocs } = await reader.payload.count({ collection: 'posts' })
    expect(totalDocs).toBe(1)
  })

  it('refuses a token that was logged out elsewhere', async () => {
    await writer.request('/api/users/logout', { method: 'POST', headers: token.jwt })
    await expect.poll(() => isAccepted(reader, token)).toBe(false)
  })

  it('counts the sessions that began elsewhere', async () => {
    const logins: Login[] = []
    for (let i = 0; i < 3; i += 1) logins.push(await login(writer, BERT))
    const last = await login(reader, BERT)
    const user = { collection: 'users', id: await idOf(BERT) }
    const ids = (await revocations(reader.payload).sessions(user)).map(({ id }) => id)
    const expected = [...logins.slice(1), last].map(({ claims }) => claims.sid)
    expect(ids.toSorted()).toEqual(expected.toSorted())
    expect(await revocations(reader.payload).list({ reason: 'session-limit' })).toMatchObject({
      docs: [{ subject: `sid:${logins[0]?.claims.sid}` }],
    })
  })

  it('accepts only the new password once it was changed elsewhere', async () => {
    const id = await idOf(ANNA)
    const changed = { ...ANNA, password: 'the-second-password' }
    await writer.payload.update({ collection: 'users', id, data: changed })
    const loginWith = (body: object) => reader.request('/api/users/login', { body })
    expect((await loginWith(ANNA)).status).toBe(401)
    expect((await loginWith(changed)).status).toBe(200)
    const user = { collection: 'users', id }
    expect(await isPasswordOf(reader.payload, user, ANNA.password)).toBe(false)
    expect(await isPasswordOf(reader.payload, user, changed.password)).toBe(true)
  })

  it('gives a new user a token that outlives earlier cut-offs', async () => {
    const carla = { email: 'carla@example.com', password: 'the-password-of-carla' }
    const { id } = await writer.payload.create({ collection: 'users', data: carla })
    await revocations(writer.payload).revoke({ user: { collection: 'users', id } })
    const fresh = await login(reader, carla)
    await revocations(reader.payload).explain({ user: { collection: 'users', id } })
    expect(await revocations(reader.payload).explain({ token: fresh.token })).toEqual([])
  })
})
