import type { Payload } from 'payload'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { liftRevocation } from '../../../src/core/makeRevocation.js'
import { uuidv7 } from '../../../src/core/uuidv7.js'
import { payloadLedger } from '../../../src/plugin/storage/payloadLedger.js'
import { recordedByHour } from '../../../src/plugin/storage/recordedByHour.js'
import { type App, createApp } from '../../support/createApp.js'
import { isOnMongo, mongoDatabase } from '../../support/mongo/mongoDatabase.js'
import { onEachDatabase } from '../../support/onEachDatabase.js'
import { sampleRevocation } from '../../support/samples.js'

const slug = 'jwtDenials'
const HOUR_MS = 3_600_000
const thisHour = Math.floor(Date.now() / HOUR_MS) * HOUR_MS
/** Hours that only these tests use, so that no other test's rows are in them. */
const startOf = (hoursAgo: number) => thisHour - hoursAgo * HOUR_MS

const record = ({ payload }: App, instants: readonly number[]) =>
  payloadLedger(payload, slug).append(
    instants.map((now) => sampleRevocation(`jti:${uuidv7(now)}`, { now })),
  )

/** The same from one count per hour, as the panel used to do it. */
async function naively({ payload }: App, now: number): Promise<number[]> {
  const { docs } = await payload.find({ collection: slug as 'users', limit: 0, pagination: false })
  const rows = (docs as unknown as { revokedAt: string; reason: string; partOf?: string }[]).filter(
    ({ partOf, reason }) => !partOf && reason !== 'lifted' && reason !== 'rotated',
  )
  const start = Math.floor(now / HOUR_MS) * HOUR_MS
  return Array.from({ length: 24 }, (_, i) => {
    const from = start - (23 - i) * HOUR_MS
    const isIn = (instant: number) => instant >= from && instant < from + HOUR_MS
    return rows.filter((row) => isIn(Date.parse(row.revokedAt))).length
  })
}

const countsAt = async ({ payload }: App, now: number) =>
  (await recordedByHour(payload, slug, now)).map(({ count }) => count)

onEachDatabase('what was recorded in each of the last 24 hours', (database, { isSql }) => {
  let app: App
  let statements: string[]
  beforeAll(async () => {
    app = await createApp({ ...database(), plugin: { slug } })
    statements = statementsOf(app.payload)
  })
  afterAll(() => app?.close())
  beforeEach(() => {
    statements.length = 0
  })

  it('is nothing while the ledger is empty', async () => {
    const hours = await recordedByHour(app.payload, slug, startOf(200))
    expect(hours.map(({ count }) => count)).toEqual(Array(24).fill(0))
    expect(hours[0]?.hour).toBe(new Date(startOf(223)).toISOString())
  })

  it('equals a naive count, even at the bounds of the hours, without lifts, parts and renewals', async () => {
    const now = startOf(1) + 1_800_000
    const mistake = sampleRevocation('jti:mistake', { now: startOf(1) + 1 })
    const circumstances = { reason: 'admin', now: startOf(1) + 2, maxTokenLifetimeMs: HOUR_MS }
    await payloadLedger(app.payload, slug).append([
      mistake,
      sampleRevocation('jti:part', { now: startOf(1) + 1, partOf: 'jti:mistake' }),
      sampleRevocation('jti:renewed', { now: startOf(1) + 1, reason: 'rotated' }),
      liftRevocation(mistake, circumstances as never),
    ])
    await record(app, [
      startOf(1),
      startOf(1) + 1,
      startOf(2) - 1,
      startOf(2),
      startOf(3) + 1_000,
      startOf(24),
      startOf(24) - 1,
      startOf(25),
    ])
    const counts = await countsAt(app, now)
    expect(counts).toEqual(await naively(app, now))
    expect(counts.reduce((sum, each) => sum + each)).toBe(7)
  })

  it('is counted again only for hours that may still change', async () => {
    const now = startOf(90) + 1_800_000
    await record(app, [startOf(92), startOf(90)])
    expect((await countsAt(app, now)).slice(-3)).toEqual([1, 0, 1])
    // Nobody records in an hour that is long over. If somebody did, it would not be noticed.
    await record(app, [startOf(92), startOf(90), startOf(90) + 1])
    expect((await countsAt(app, now + 20_000)).slice(-3)).toEqual([1, 0, 3])
    expect((await countsAt(app, now + HOUR_MS)).slice(-4)).toEqual([1, 0, 3, 0])
  })

  if (!isSql) return

  it('takes one statement, for two callers at once and for all of the next ten seconds', async () => {
    const now = startOf(60) + 1_800_000
    await Promise.all([countsAt(app, now), countsAt(app, now), countsAt(app, now + 9_000)])
    expect(statements).toHaveLength(1)
    await countsAt(app, now + 10_000)
    expect(statements).toHaveLength(2)
  })
})

if (isOnMongo) {
  describe('what was recorded, on a database that cannot group', () => {
    it('is the same', async () => {
      const commands: string[] = []
      const onStatement = (command: string) => {
        if (command.startsWith('aggregate')) commands.push(command)
      }
      const app = await createApp({ mongo: mongoDatabase(), onStatement, plugin: { slug } })
      try {
        const now = startOf(1) + 1_800_000
        await record(app, [startOf(1), startOf(2), startOf(2) + 1, startOf(24)])
        const part = sampleRevocation('jti:part', { now: startOf(1), partOf: 'sid:whole' })
        await payloadLedger(app.payload, slug).append([part])
        commands.length = 0
        const counts = await countsAt(app, now)
        expect(commands).toHaveLength(24)
        expect(counts).toEqual(await naively(app, now))
        expect(counts.at(-1)).toBe(1)
        // From then on only one count, for this hour.
        commands.length = 0
        await countsAt(app, now + 10_000)
        expect(commands).toHaveLength(1)
      } finally {
        await app.close()
      }
    })
  })

  describe('what was recorded, while the ledger cannot be read', () => {
    it('is not known, and the next call asks again', async () => {
      const app = await createApp({ mongo: mongoDatabase(), plugin: { slug } })
      try {
        const { db } = app.payload
        const { count } = db
        db.count = async () => {
          throw new Error('locked')
        }
        const asked = recordedByHour(app.payload, slug)
        await expect(asked).rejects.toMatchObject({ code: 'ledger-unavailable' })
        db.count = count
        expect(await recordedByHour(app.payload, slug)).toHaveLength(24)
      } finally {
        await app.close()
      }
    })
  })
}

/** The statements that the driver receives from now on. The app reads its ledger all the time. */
function statementsOf({ db }: Payload): string[] {
  const { client, pool } = db as unknown as { client?: Driver; pool?: Driver }
  const statements: string[] = []
  const spy = (driver: Driver, method: 'execute' | 'query') => {
    const send = driver[method].bind(driver)
    driver[method] = (...args) => {
      const statement = JSON.stringify(args[0])
      if (/count\(/i.test(statement)) statements.push(statement)
      return send(...args)
    }
  }
  if (pool) spy(pool, 'query')
  else if (client) spy(client, 'execute')
  return statements
}

type Driver = Record<'execute' | 'query', (...args: unknown[]) => unknown>
