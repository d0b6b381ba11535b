import { describe } from 'vitest'
import type { AppOptions } from './createApp.js'
import { isQuick } from './isQuick.js'
import { isOnlyMongoTransactions, isOnMongo, mongoDatabase } from './mongo/mongoDatabase.js'
import { postgresDatabase } from './postgresDatabase.js'

type Suite = (
  database: () => Pick<AppOptions, 'mongo' | 'postgres' | 'transactions' | 'userIds'>,
  traits: {
    /** Within a transaction nobody else can write. */
    hasOneWriter: boolean
    /** Statements can be seen, and tables locked. */
    isSql: boolean
  },
) => void

/**
 * Describes the same on SQLite without and with transactions, on PostgreSQL, the only one where the
 * order of hooks and commit is visible, and on MongoDB. `test:quick` runs only the first and the
 * third. `database` returns the options for each app; call it in hooks and tests.
 */
export function onEachDatabase(title: string, suite: Suite) {
  onEachSqlDatabase(title, suite)
  if (!isOnMongo) return
  describe(`${title}, on MongoDB`, () => suite(() => ({ mongo: mongoDatabase() }), NO_SQL))
}

/** The same for tests that know users by number. MongoDB's own ids are of 24 hexadecimal digits. */
export function onEachDatabaseByNumber(title: string, suite: Suite) {
  onEachSqlDatabase(title, suite)
  if (!isOnMongo) return
  describe(`${title}, on MongoDB`, () =>
    suite(() => ({ mongo: mongoDatabase(), userIds: 'numbers' }), NO_SQL))
}

/** The same where the database is SQL. */
export function onEachSqlDatabase(title: string, suite: Suite) {
  if (isOnlyMongoTransactions) return
  describe(`${title}, on SQLite`, () => suite(() => ({}), SQL))
  if (!isQuick) {
    describe(`${title}, on SQLite with transactions`, () =>
      suite(() => ({ transactions: true }), { ...SQL, hasOneWriter: true }))
  }
  describe(`${title}, on PostgreSQL`, () => suite(() => ({ postgres: postgresDatabase() }), SQL))
}

const SQL = { hasOneWriter: false, isSql: true }
const NO_SQL = { hasOneWriter: false, isSql: false }
