import { describe } from 'vitest'
import type { AppOptions } from './createApp.js'
import { postgresDatabase } from './postgresDatabase.js'

/**
 * Describes the same on SQLite without and with transactions, and on PostgreSQL, where alone the
 * order of hooks and commit shows. `database` gives the options for each app, from within hooks
 * and tests.
 */
export function onEachDatabase(
  title: string,
  suite: (database: () => Pick<AppOptions, 'postgres' | 'transactions'>) => void,
) {
  describe(`${title}, on SQLite`, () => suite(() => ({})))
  describe(`${title}, on SQLite with transactions`, () => suite(() => ({ transactions: true })))
  describe(`${title}, on PostgreSQL`, () => suite(() => ({ postgres: postgresDatabase() })))
}
