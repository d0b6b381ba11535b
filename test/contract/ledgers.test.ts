import type { Payload } from 'payload'
import { describe } from 'vitest'
import { payloadLedger } from '../../src/plugin/storage/payloadLedger.js'
import { createApp } from '../support/createApp.js'
import { memoryLedger } from '../support/memoryLedger.js'
import { postgresDatabase } from '../support/postgresDatabase.js'
import { describeLedger } from './ledgerContract.js'
import { describeTransactions } from './ledgerTransactions.js'

describeLedger('in memory', async () => ({
  ledger: memoryLedger({ pageSize: 100, isCounting: true }),
  isCounting: true,
  isSlicing: true,
  rowsBeyondOnePage: 300,
  close: async () => {},
}))

describeLedger("in Payload's own database (SQLite)", async () => {
  const app = await createApp()
  return {
    ledger: payloadLedger(app.payload, 'revocations'),
    isCounting: true,
    isSlicing: false,
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
      isCounting: true,
      isSlicing: true,
      rowsBeyondOnePage: 1_200,
      close: app.close,
    }
  })
})

/** Payload's `find` alone, as on MongoDB. */
describeLedger("in Payload's own database, where Drizzle is not known", async () => {
  const app = await createApp()
  const db = Object.create(app.payload.db, { name: { value: 'another' } })
  const payload: Payload = Object.create(app.payload, { db: { value: db } })
  return {
    ledger: payloadLedger(payload, 'revocations'),
    isCounting: false,
    isSlicing: false,
    rowsBeyondOnePage: 1_200,
    close: app.close,
  }
})

describe("the ledger in Payload's own database, within a transaction", () =>
  describeTransactions(() => ({ transactions: true })))
