import type { Config } from 'payload'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { revocations } from '../../../src/index.js'
import { ADMIN, MEMBER } from '../../support/baseConfig.js'
import { type App, createApp } from '../../support/createApp.js'
import { isAccepted } from '../../support/isAccepted.js'
import { login } from '../../support/login.js'

beforeAll(() => void vi.useFakeTimers({ toFake: ['Date'], now: Date.now() }))
afterAll(() => void vi.useRealTimers())

const pass = (ms: number) => vi.setSystemTime(Date.now() + ms)
const PLUGIN = { retention: 60 }

const withExpiration =
  (tokenExpiration: number) =>
  (config: Config): Config => ({
    ...config,
    collections: (config.collections ?? []).map((each) =>
      each.auth ? { ...each, auth: { tokenExpiration } } : each,
    ),
  })

/** Both exist during a deployment that raises `tokenExpiration`. */
describe('two processes whose tokens live for 4 s and for 120 s', () => {
  let short: App
  let long: App
  beforeAll(async () => {
    short = await createApp({ plugin: PLUGIN, configure: withExpiration(4) })
    await short.payload.create({ collection: 'users', data: ADMIN })
    await login(short)
    const { database } = short
    long = await createApp({ plugin: PLUGIN, configure: withExpiration(120), database })
  })
  afterAll(async () => {
    await long?.close()
    await short?.close()
  })

  const everyWay = [
    [
      'a logout',
      async (headers: HeadersInit) => {
        await short.request('/api/users/logout', { method: 'POST', headers })
      },
    ],
    [
      'a changed password',
      async () => {
        const { password } = MEMBER
        await short.payload.update({ collection: 'users', id: 1, data: { password } })
      },
    ],
    ['a cut-off of everyone', () => revocations(short.payload).revoke({ everyone: true })],
    [
      'the end of a session by its name',
      async (_: HeadersInit, sid: string) => revocations(short.payload).revoke({ session: sid }),
    ],
  ] as const
  it.each(everyWay)('%s by the one is kept long enough for tokens of the other', async (_, end) => {
    const session = await login(long)
    expect(await isAccepted(short, session)).toBe(true)
    await end(session.jwt, String(session.claims.sid))
    for (let passed = 0; passed < 110; passed += 10) {
      pass(10_000)
      expect(await isAccepted(long, session), `${passed + 10} s later`).toBe(false)
      await vi.waitFor(async () => expect(await isAccepted(short, session)).toBe(false))
    }
  })

  it('accept each other’s living tokens, however old', async () => {
    const session = await login(long)
    pass(60_000)
    expect(await isAccepted(short, session)).toBe(true)
    expect(await isAccepted(long, session)).toBe(true)
  })

  it('show nobody the rows by which they agree', async () => {
    const admin = await login(long, ADMIN)
    const { docs } = await long.payload.db.find({
      collection: 'revocations',
      where: { reason: { equals: 'lifetime' } },
    })
    expect(docs.length).toBeGreaterThanOrEqual(2)
    const ask = async (path: string) => {
      const answer = await long.request(path, { headers: admin.jwt })
      expect(answer.status).toBe(200)
      return answer.text()
    }
    const lists = [
      '/api/revocations?limit=0',
      '/api/revocations?limit=0&where[reason][equals]=lifetime',
      '/api/revocations/count',
      '/api/revocation/list?limit=1000',
      '/api/revocation/overview',
    ]
    for (const path of lists) expect(await ask(path), path).not.toContain('lifetime')
    const all = await long.payload.find({ collection: 'revocations', limit: 0 })
    const counted = await long.payload.count({ collection: 'revocations' })
    expect(counted.totalDocs).toBe(all.totalDocs)
    expect(all.docs.map(({ reason }) => reason)).not.toContain('lifetime')
  })

  it('forget the longer life a day after its last process, and its rows are purged', async () => {
    await login(long)
    pass(23 * 3_600_000)
    await login(short)
    const session = await login(short)
    expect(await isAccepted(short, session)).toBe(true)
    pass(3 * 3_600_000)
    await revocations(short.payload).purge()
    const { docs } = await short.payload.db.find<{ note: string }>({
      collection: 'revocations',
      where: { reason: { equals: 'lifetime' } },
    })
    expect([...new Set(docs.map(({ note }) => note))]).toEqual(['4000'])
  })
})
