import { afterAll, beforeAll, expect, it } from 'vitest'
import { payloadLedger } from '../../src/plugin/storage/payloadLedger.js'
import { type App, type AppOptions, createApp } from '../support/createApp.js'
import { sampleRevocation } from '../support/samples.js'

/** On PostgreSQL a failed statement aborts the whole transaction. */
export function describeTransactions(database: () => AppOptions) {
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
