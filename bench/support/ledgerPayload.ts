import { postgresAdapter } from '@payloadcms/db-postgres'
import { sqliteAdapter } from '@payloadcms/db-sqlite'
import { buildConfig, getPayload, type Payload } from 'payload'
import type { Ledger } from '../../src/core/ports.js'
import { builtPackage } from './builtPackage.js'

export interface LedgerPayload {
  readonly payload: Payload
  readonly ledger: Ledger
}

/**
 * The ledger in a Payload without the plugin. The measuring code puts only a denylist on it.
 *
 * @param database the address of a PostgreSQL database, or an SQLite file
 */
export async function openLedgerPayload(
  database: string,
  { isNew, onStatement }: { isNew: boolean; onStatement?: () => void },
): Promise<LedgerPayload> {
  // Payload creates tables only outside production, and the same schema only once per process.
  Object.assign(process.env, { NODE_ENV: 'test', PAYLOAD_FORCE_DRIZZLE_PUSH: 'true' })
  const { ledgerCollection } = await builtPackage('plugin/storage/ledgerCollection')
  const { settingsFrom } = await builtPackage('plugin/config/settings')
  const { payloadLedger } = await builtPackage('plugin/storage/payloadLedger')
  const settings = settingsFrom({})
  const logger = onStatement && { logQuery: onStatement }
  const common = { push: isNew, ...(logger && { logger }) }
  const db = database.startsWith('postgres:')
    ? postgresAdapter({ ...common, pool: { connectionString: database } })
    : sqliteAdapter({
        ...common,
        client: { url: `file:${database}` },
        busyTimeout: 5_000,
        wal: true,
      })
  const config = await buildConfig({
    collections: [{ slug: 'users', auth: true, fields: [] }, ledgerCollection(settings, db)],
    db,
    logger: { options: { level: 'error' } },
    email: () => ({
      name: 'silent',
      defaultFromAddress: 'bench@example.com',
      defaultFromName: 'Bench',
      sendEmail: async () => {},
    }),
    secret: 'a-secret-of-the-benchmark',
    telemetry: false,
    typescript: { autoGenerate: false },
  })
  const payload = await getPayload({ config, key: database })
  return { payload, ledger: payloadLedger(payload, settings.slug) }
}
