import { describe } from 'vitest'
import type { AppOptions } from './createApp.js'
import { postgresDatabase } from './postgresDatabase.js'

/**
 * Describes the same on SQLite without and with transactions, and on PostgreSQL, the only one where
 * the order of hooks and commit is visible. `database` returns the options for each app; call it in
 * hooks and tests.
 */
export function onEachDatabase(
  title: string,
  suite: (
    database: () => Pick<AppOptions, 'postgres' | 'transactions'>,
    /** Within a transaction nobody else can write. */
    traits: { hasOneWriter: boolean },
  ) => void,
) {
  describe(`${title}, on SQLite`, () => suite(() => ({}), { hasOneWriter: false }))
  describe(`${title}, on SQLite with transactions`, () =>
    suite(() => ({ transactions: true }), { hasOneWriter: true }))
  describe(`${title}, on PostgreSQL`, () =>
    suite(() => ({ postgres: postgresDatabase() }), { hasOneWriter: false }))
}
