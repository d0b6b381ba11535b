import type { Payload } from 'payload'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { payloadLedger } from '../../src/plugin/storage/payloadLedger.js'
import { type App, type AppOptions, createApp } from '../support/createApp.js'
import { memoryLedger } from '../support/memoryLedger.js'
import { mongoDatabase } from '../support/mongo/mongoDatabase.js'
import { postgresDatabase } from '../support/postgresDatabase.js'
import { sampleRevocation } from '../support/samples.js'
import { describeLedger } from './ledgerContract.js'

describeLedger('in memory', async () => ({
  ledger: memoryLedger({ pageSize: 100 }),
  rowsBeyondOnePage: 300,
  close: async () => {},
}))

describeLedger("in Payload's own database (SQLite)", async () => {
  const app = await createApp()
  return {
    ledger: payloadLedger(app.payload, 'revocations'),
    rowsBeyondOnePage: 1_200,
    close: app.close,
  }
})

describe("the ledger in Payload's own database on PostgreSQL", () => {
  describe('within a transaction', () =>
    describeTransactions(() => ({ postgres: postgresDatabase() })))

  describeLedger('over Drizzle', async () => {
    const app = await createApp({ postgres: postgresDatabase() })
    return {
      ledger: payloadLedger(app.payload, 'revocations'),
      rowsBeyondOnePage: 1_200,
      close: app.close,
    }
  })
})

describeLedger("in Payload's own database (MongoDB)", async () => {
  const app = await createApp({ mongo: await mongoDatabase() })
  return {
    ledger: payloadLedger(app.payload, 'revocations'),
    rowsBeyondOnePage: 1_200,
    close: app.close,
  }
})

/** Payload's `find` alone, as on MongoDB. */
describeLedger("in Payload's own database, where Drizzle is not known", async () => {
  const app = await createApp()
  const db = Object.create(app.payload.db, { name: { value: 'another' } })
  const payload: Payload = Object.create(app.payload, { db: { value: db } })
  return {
    ledger: payloadLedger(payload, 'revocations'),
    rowsBeyondOnePage: 1_200,
    close: app.close,
  }
})

/** On PostgreSQL a failed statement aborts the whole transaction. */
function describeTransactions(database: () => AppOptions) {
  let app: App
  beforeAll(async () => {
    app = await createApp(database())
  })
  afterAll(() => app?.close())

  const begin = async () => {
    const transactionID = await app.payload.db.beginTransaction()
    if (transactionID === null) throw new Error('no transaction')
    return transactionID
  }

  it('forgets what was recorded in a transaction that is rolled back', async () => {
    const ledger = payloadLedger(app.payload, 'revocations')
    const transactionID = await begin()
    await ledger.append([sampleRevocation('jti:undone')], { transactionID })
    await app.payload.db.rollbackTransaction(transactionID)
    expect(await ledger.find(['jti:undone'])).toEqual([])
  })

  it('keeps what was recorded in a transaction that is committed, and shows it from then on', async () => {
    const ledger = payloadLedger(app.payload, 'revocations')
    const transactionID = await begin()
    const revocation = sampleRevocation('jti:done')
    await ledger.append([revocation], { transactionID })
    expect(await ledger.find(['jti:done'])).toEqual([])
    await app.payload.db.commitTransaction(transactionID)
    expect(await ledger.find(['jti:done'])).toEqual([revocation])
  })

  it('accepts the same revocation again without harm to the transaction', async () => {
    const ledger = payloadLedger(app.payload, 'revocations')
    const [before, twice] = [sampleRevocation('jti:before'), sampleRevocation('jti:twice')]
    await ledger.append([before])
    const transactionID = await begin()
    await ledger.append([before, twice], { transactionID })
    await ledger.append([twice], { transactionID })
    await app.payload.db.commitTransaction(transactionID)
    expect(await ledger.find(['jti:before'])).toEqual([before])
    expect(await ledger.find(['jti:twice'])).toEqual([twice])
  })
}

describe("the ledger in Payload's own database, within a transaction", () =>
  describeTransactions(() => ({ transactions: true })))
