import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { liftedAmong } from '../../../src/admin/lifted.js'
import { uuidv7 } from '../../../src/core/uuidv7.js'
import { revocations } from '../../../src/index.js'
import { payloadLedger } from '../../../src/plugin/storage/payloadLedger.js'
import { type App, createApp } from '../../support/createApp.js'
import { login } from '../../support/login.js'
import { sampleRevocation } from '../../support/samples.js'
import { sessionRows } from '../../support/sessionRows.js'

/** What Cloudflare's D1 takes in one statement. */
const LIMIT = 100
const MANY = 121
const DAY = 86_400_000

/** The adapter says so of itself, as Payload's adapter for D1 does. */
describe('on a database that takes few parameters in a statement', () => {
  let app: App
  let most = 0
  let statements = 0
  beforeAll(async () => {
    app = await createApp({
      plugin: { purgeInterval: false },
      onStatement: (_, parameters = []) => {
        most = Math.max(most, parameters.length)
        statements += 1
      },
      configure: (config) => ({
        ...config,
        db: {
          ...config.db,
          init: (args) => Object.assign(config.db.init(args), { limitedBoundParameters: true }),
        },
      }),
    })
  })
  afterAll(() => app?.close())

  /** Does something, and returns its result. No statement of it may be too long. */
  const within = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    most = 0
    statements = 0
    const result = await work()
    expect(most).toBeGreaterThan(0)
    expect(most).toBeLessThanOrEqual(LIMIT)
    return result
  }

  const newPerson = async () => {
    const person = { email: `${crypto.randomUUID()}@example.com`, password: 'a-password' }
    const { id } = await app.payload.create({ collection: 'users', data: person })
    return { ...person, id: Number(id) }
  }

  it('a user sees, ends and is deleted with many sessions', async () => {
    const person = await newPerson()
    const session = await login(app, person)
    await sessionRows(app, { userId: person.id, count: MANY - 1 })
    const list = () => app.request('/api/revocation/sessions', { headers: session.jwt })
    const listed = await within(list)
    expect(listed.status).toBe(200)
    expect(((await listed.json()) as { docs: unknown[] }).docs).toHaveLength(MANY)

    const user = { collection: 'users', id: person.id }
    await within(() => revocations(app.payload).revoke({ user }))
    // Not one for each record.
    expect(statements).toBeLessThan(MANY / 2)
    expect((await list()).status).toBe(401)
    const open = { endedAt: { exists: false }, userId: { equals: String(person.id) } }
    const { totalDocs } = await app.payload.db.count({ collection: SESSIONS, where: open })
    expect(totalDocs).toBe(0)

    await within(() => app.payload.delete({ collection: 'users', id: person.id }))
    const left = { userId: { equals: String(person.id) } }
    expect((await app.payload.db.count({ collection: SESSIONS, where: left })).totalDocs).toBe(0)
  })

  it('many revocations are recorded and found together, and none of them twice', async () => {
    const ledger = payloadLedger(app.payload, 'revocations')
    const some = Array.from({ length: MANY }, () => sampleRevocation(`jti:${crypto.randomUUID()}`))
    await within(() => ledger.append(some))
    const found = await within(() => ledger.find(some.map(({ subject }) => subject)))
    expect(found).toEqual(some.toSorted((one, other) => (one.id < other.id ? -1 : 1)))
    await within(() => ledger.append(some))
    expect(await ledger.find(some.map(({ subject }) => subject))).toHaveLength(MANY)
  })

  it('a page of the ledger shows which of its rows were lifted', async () => {
    const ledger = payloadLedger(app.payload, 'revocations')
    const session = sampleRevocation('sid:lifted')
    const lift = sampleRevocation('sid:lifted', { lifts: session.id, reason: 'lifted' })
    await ledger.append([session, lift])
    const ids = [...Array.from({ length: LIMIT - 1 }, () => uuidv7(Date.now())), session.id]
    const lifted = await within(() => liftedAmong(app.payload, 'revocations', ids))
    expect([...lifted]).toEqual([session.id])
  })

  it('a purge deletes many rows', async () => {
    const person = await newPerson()
    await sessionRows(app, { userId: person.id, count: MANY, expiredMs: 31 * DAY })
    const counts = await within(() => revocations(app.payload).purge())
    expect(counts).toEqual({ revocations: 0, sessions: MANY })
  })
})

const SESSIONS = 'user-sessions' as 'users'
