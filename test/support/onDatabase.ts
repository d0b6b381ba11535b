import type { Config } from 'payload'
import type { JwtRevocationOptions } from '../../src/index.js'
import { type App, createApp } from './createApp.js'

/**
 * Starts apps on a database of another adapter than those of `createApp`. Only the first of them
 * makes the tables.
 */
export function onDatabase(adapterFor: (push: boolean) => Config['db']): {
  open(plugin: JwtRevocationOptions): Promise<App>
} {
  let first: string | undefined
  return {
    async open(plugin) {
      const app = await createApp({
        plugin,
        ...(first && { database: first }),
        configure: (config) => ({ ...config, db: adapterFor(first === undefined) }),
      })
      first ??= app.database
      return app
    },
  }
}
