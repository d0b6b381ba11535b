import { type PostgresServer, startPostgres } from './postgresServer.js'

let server: PostgresServer | undefined

/**
 * The address of an empty PostgreSQL database of the test's own. The first one starts the server,
 * which all files share that this process runs.
 */
export function postgresDatabase(): string {
  server ??= startPostgres()
  return server.createDatabase()
}
