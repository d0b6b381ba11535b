import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { postgresAdapter } from '@payloadcms/db-postgres'
import { sqliteAdapter } from '@payloadcms/db-sqlite'
import type { Config } from 'payload'
import type { JwtRevocationOptions } from '../../src/index.js'
import { repository } from './childProcess.js'
import { type App, createApp } from './createApp.js'

/** A database that only migrations change, as in production, and the folder of the migrations. */
export interface MigratedDatabase {
  /** An app on the database as it is. `migration` creates and runs what its schema lacks. */
  open(options: {
    plugin: JwtRevocationOptions | false
    configure?: (config: Config) => Config
    migration?: string
    isDefault?: boolean
  }): Promise<App>
  remove(): void
}

interface Migrating {
  createMigration(args: { migrationName: string; payload: App['payload'] }): Promise<void>
  migrate(args: { migrations: { name: string; up: unknown; down: unknown }[] }): Promise<void>
}

/** @param postgres the address of an empty PostgreSQL database; default: an SQLite file */
export function createMigratedDatabase(postgres?: string): MigratedDatabase {
  // Migrations import Payload's packages, so they must be next to the repository's.
  const parent = path.join(repository, 'test-results')
  mkdirSync(parent, { recursive: true })
  const folder = mkdtempSync(path.join(parent, 'migrations-'))
  const migrationDir = path.join(folder, 'migrations')
  const database = path.join(folder, 'app.db')
  const db = () =>
    postgres
      ? postgresAdapter({ pool: { connectionString: postgres }, push: false, migrationDir })
      : sqliteAdapter({
          client: { url: `file:${database}` },
          ...{ push: false, migrationDir },
          // Only a crash of the machine could lose what is not yet on disk.
          wal: { synchronous: 'OFF' },
        })

  return {
    async open({ plugin, configure = (config) => config, migration, isDefault = false }) {
      const app = await createApp({
        ...{ plugin, database, isDefault },
        configure: (config) => ({ ...configure(config), db: db() }),
      })
      if (migration) await migrate(app, { migration, migrationDir })
      return app
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** As `payload migrate:create` and `payload migrate` do it. A question would wait for ever. */
async function migrate(app: App, at: { migration: string; migrationDir: string }) {
  const { migration, migrationDir } = at
  const adapter = app.payload.db as unknown as Migrating
  const known = new Set(existsSync(migrationDir) ? readdirSync(migrationDir) : [])
  await adapter.createMigration({ migrationName: migration, payload: app.payload })
  const created = readdirSync(migrationDir).filter(
    (name) => name.endsWith(`_${migration}.ts`) && !known.has(name),
  )
  for (const name of created) {
    const { up, down } = await import(pathToFileURL(path.join(migrationDir, name)).href)
    await adapter.migrate({ migrations: [{ name: name.replace(/\.ts$/, ''), up, down }] })
  }
}
