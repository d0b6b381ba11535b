import { type PostgresServer, startPostgres } from './postgresServer.js'

let server: PostgresServer | undefined

/**
 * The address of an empty PostgreSQL database for one test. The first one starts the server, which
 * all files in this process share.
 */
export function postgresDatabase(): string {
  server ??= startPostgres()
  return server.createDatabase()
}
