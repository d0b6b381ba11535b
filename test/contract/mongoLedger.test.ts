import { describe } from 'vitest'
import { payloadLedger } from '../../src/plugin/storage/payloadLedger.js'
import { createApp } from '../support/createApp.js'
import { isOnlyMongoTransactions, mongoDatabase } from '../support/mongo/mongoDatabase.js'
import { describeLedger } from './ledgerContract.js'
import { describeTransactions } from './ledgerTransactions.js'

describeLedger("in Payload's own database (MongoDB)", async () => {
  const app = await createApp({ mongo: await mongoDatabase() })
  return {
    ledger: payloadLedger(app.payload, 'revocations'),
    isCounting: true,
    isSlicing: false,
    rowsBeyondOnePage: 1_200,
    close: app.close,
  }
})

if (isOnlyMongoTransactions) {
  describe("the ledger in Payload's own database (MongoDB), within a transaction", () =>
    describeTransactions(() => ({ mongo: mongoDatabase() })))
}
