const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** As long as Payload's tokens live. */
const LIFETIME_MS = 2 * HOUR_MS

/** Rows that are spread evenly over a time. Each is of one token, and expires two hours later. */
export interface Rows {
  count: number
  /** When the first of them was revoked, in milliseconds since the epoch. */
  from: number
  /** The time from the first to the last, in milliseconds. */
  spanMs: number
}

/** All are in force: they were revoked in the last hour. */
export const inForce = (count: number): Rows => ({
  count,
  from: Date.now() - HOUR_MS,
  spanMs: HOUR_MS,
})

/** All have expired: they are what 90 days leave behind as an audit. */
export const expired = (count: number): Rows => ({
  count,
  from: Date.now() - 90 * DAY_MS,
  spanMs: 90 * DAY_MS - 2 * LIFETIME_MS,
})

export interface SqliteClient {
  execute(statement: string | { sql: string; args: number[] }): Promise<{
    rows: Readonly<Record<string, unknown>>[]
  }>
}

/** Makes the rows inside SQLite. Like ours, their ids are time-ordered. */
export async function fillSqlite(client: SqliteClient, { count, from, spanMs }: Rows) {
  const uuid = (time: string) =>
    `printf('%s-%s-7%s-8%s-%s', substr(${time}, 1, 8), substr(${time}, 9), substr(lower(hex(randomblob(2))), 2), substr(lower(hex(randomblob(2))), 2), lower(hex(randomblob(6))))`
  const iso = (ms: string) => `strftime('%Y-%m-%dT%H:%M:%fZ', (${ms}) / 1000.0, 'unixepoch')`
  await client.execute({
    sql: `
      WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ?1),
      times AS MATERIALIZED (
        SELECT printf('%012x', ?2 + n * ?3 / ?1) AS hex, ?2 + n * ?3 / ?1 AS ms FROM numbers
      )
      INSERT INTO revocations (id, scope, subject, reason, revoked_at, expires_at)
      SELECT ${uuid('hex')}, 'token', 'jti:' || ${uuid('hex')}, 'logout', ${iso('ms')},
        ${iso(`ms + ${LIFETIME_MS}`)} FROM times`,
    args: [count, from, spanMs],
  })
}

export interface PostgresPool {
  query(
    text: string,
    values?: readonly (number | string)[],
  ): Promise<{
    rows: Readonly<Record<string, unknown>>[]
  }>
}

/**
 * Makes the rows inside PostgreSQL. The indexes are made anew afterwards, which takes a third of the
 * time; the statistics are not.
 */
export async function fillPostgres(pool: PostgresPool, { count, from, spanMs }: Rows) {
  const { rows: indexes } = await pool.query(
    "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'revocations' AND indexname NOT LIKE '%pkey'",
  )
  for (const { indexname } of indexes) await pool.query(`DROP INDEX "${indexname}"`)
  const uuid = (random: string) =>
    `substr(hex, 1, 8) || '-' || substr(hex, 9) || '-7' || substr(${random}, 1, 3) || '-8' || substr(${random}, 4, 3) || '-' || substr(${random}, 7, 12)`
  await pool.query(
    `INSERT INTO revocations (id, scope, subject, reason, revoked_at, expires_at)
      SELECT ${uuid('one')}, 'token', 'jti:' || ${uuid('other')}, 'logout', at,
        at + ${LIFETIME_MS} * interval '1 millisecond'
      FROM (
        SELECT lpad(to_hex(ms), 12, '0') AS hex, to_timestamp(ms / 1000.0) AS at,
          md5(random()::text) AS one, md5(random()::text) AS other
        FROM (
          SELECT $1::bigint + n * $2::bigint / $3::bigint AS ms
          FROM generate_series(0, $3::bigint - 1) AS numbers(n)
        ) times
      ) made`,
    [Math.round(from), Math.round(spanMs), count],
  )
  for (const { indexdef } of indexes) await pool.query(String(indexdef))
}
