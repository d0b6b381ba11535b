import type { CollectionSlug, Payload, PayloadRequest, Where } from 'payload'
import { isoDate } from '../../core/isoDate.js'
import type { LedgerState } from '../../core/ports.js'
import { uuidv7 } from '../../core/uuidv7.js'
import { firstRow, firstRowWith, type Statements } from '../database/firstRow.js'
import { mongoTime } from '../database/mongoTime.js'
import { primaryOf } from '../database/primaryOf.js'
import { untilCommitted } from '../database/untilCommitted.js'
import type { RowUpdate } from '../database/updateRows.js'
import type { LedgerTable } from './ledgerPages.js'
import type { Row } from './ledgerRow.js'

/**
 * The subject of ledger rows that revoke nothing. Their `note` says how many milliseconds the
 * tokens of some process live. How long revocations are kept depends on it, so it is stored with
 * them, and the purge deletes it with them.
 */
export const LIFETIME = 'lifetime'

/** Every row except those. */
export const revocationsOnly: Where = { subject: { not_equals: LIFETIME } }

export const isRevocation = ({ subject }: { subject: string }): boolean => subject !== LIFETIME

const DAY_MS = 86_400_000

/**
 * The time on the database's clock and the longest declared lifetime; one query if the database is
 * SQL.
 */
export async function ledgerState(
  payload: Payload,
  where: LedgerTable,
  within?: object,
): Promise<LedgerState> {
  const row = await firstRow(payload.db, statements(payload, where), within)
  if (row) return stateIn(row)
  const now = await mongoTime(payload.db)
  const told = await toldAfter(payload, where, now ?? Date.now(), within)
  return { now, longestLifetimeMs: Math.max(0, ...told) }
}

/**
 * The same, and changes of rows in the same statement. `undefined`, without having done anything,
 * when the database is not PostgreSQL.
 */
export async function ledgerStateWith(
  payload: Payload,
  where: LedgerTable,
  updates: readonly RowUpdate[],
): Promise<LedgerState | undefined> {
  const row = await firstRowWith(payload.db, statements(payload, where), updates)
  return row && stateIn(row)
}

const stateIn = ({ lifetime, now }: Readonly<Record<string, unknown>>): LedgerState => ({
  now: Math.round(Number(now)),
  longestLifetimeMs: Number(lifetime ?? 0),
})

/**
 * Writes a row, unless an existing one covers the next half day and the life of a token after it.
 */
export async function declareLifetime(
  payload: Payload,
  where: LedgerTable,
  { lifetimeMs, within }: { lifetimeMs: number; within: object | undefined },
): Promise<void> {
  const { now = Date.now() } = await ledgerState(payload, where, within)
  const told = await toldAfter(payload, where, now + lifetimeMs + DAY_MS / 2, within)
  if (told.some((each) => each >= lifetimeMs)) return
  const row = {
    id: uuidv7(now),
    ...{ scope: LIFETIME, subject: LIFETIME, reason: LIFETIME, note: String(lifetimeMs) },
    revokedAt: isoDate(now),
    expiresAt: isoDate(now + lifetimeMs + DAY_MS),
  } satisfies Row
  const { collection } = where
  const req = within as Partial<PayloadRequest> | undefined
  const write = () => payload.db.create({ collection, data: row, req, returning: false })
  if (within) await write()
  else await untilCommitted(payload, { write, isThere: () => isThere(payload, collection, row.id) })
}

async function isThere(payload: Payload, collection: CollectionSlug, id: string) {
  const where: Where = { id: { equals: id } }
  return (await primaryOf(payload.db).count({ collection, where })).totalDocs > 0
}

/** The lifetimes in rows that expire after an instant (ms). */
async function toldAfter(
  payload: Payload,
  { collection }: LedgerTable,
  instant: number,
  within: object | undefined,
): Promise<number[]> {
  const isAfter: Where = { expiresAt: { greater_than: isoDate(instant) } }
  const { docs } = await primaryOf(payload.db).find<Row>({
    ...{ collection, limit: 0, pagination: false },
    where: { and: [{ subject: { equals: LIFETIME } }, isAfter] },
    req: within as Partial<PayloadRequest> | undefined,
  })
  return docs.map(({ note }) => Number(note))
}

function statements({ db }: Payload, { table }: LedgerTable): Statements {
  const { schemaName } = db as { schemaName?: string }
  const from = (now: string, name: string) =>
    `FROM ${name} WHERE subject = '${LIFETIME}' AND expires_at > ${now}`
  const inSchema = schemaName ? `"${schemaName}"."${table}"` : `"${table}"`
  return {
    postgres: `SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now,
      (SELECT max(note::numeric) ${from('clock_timestamp()', inSchema)})::float8 AS lifetime`,
    sqlite: `SELECT (julianday('now') - 2440587.5) * 86400000.0 AS now,
      (SELECT max(CAST(note AS REAL)) ${from(SQLITE_NOW, `"${table}"`)}) AS lifetime`,
  }
}

const SQLITE_NOW = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
