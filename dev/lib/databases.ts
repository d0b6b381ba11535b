import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const here = path.dirname(fileURLToPath(import.meta.url))

/** The app's own database: DATABASE_URI, or a file that is kept. */
export function mainDatabase(): string {
  if (process.env.DATABASE_URI) return process.env.DATABASE_URI
  const folder = path.join(here, '../.data')
  mkdirSync(folder, { recursive: true })
  return `file:${path.join(folder, 'dev.db')}`
}

/** A second file next to it, for the Payload without the plugin in the replay lab. */
export const statelessDatabase = (main = mainDatabase()): string =>
  `${main.replace(/\.db$/, '')}.stateless.db`
