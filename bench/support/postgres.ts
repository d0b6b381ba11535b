import { type PostgresAdapter, postgresAdapter } from '@payloadcms/db-postgres'
import type { Config, Payload } from 'payload'

export const onPostgres = (
  connectionString: string,
  onStatement?: (sql: string) => void,
): Config['db'] =>
  postgresAdapter({
    pool: { connectionString, max: 10 },
    ...(onStatement && { logger: { logQuery: onStatement } }),
  })

/** For statements of the benchmark itself. */
export const poolOf = ({ db }: Payload) => (db as unknown as PostgresAdapter).pool
