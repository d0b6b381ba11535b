import type { DatabaseAdapter, Payload } from 'payload'
import { isoDate } from '../../core/isoDate.js'
import { type DigestRange, MINUTE_MS, type RowDigest } from '../../core/rowDigest.js'
import { uuidv7Floor } from '../../core/uuidv7.js'
import { cancelledBy } from '../database/cancelStatements.js'
import { digestDocuments } from '../database/digestDocuments.js'
import { digestRows, type Step } from '../database/digestRows.js'
import { isInProcess } from '../database/localSqlite.js'
import { selectAsJson } from '../database/selectAsJson.js'
import { sqlAdapterOf } from '../database/sqlAdapter.js'
import type { LedgerTable } from './ledgerPages.js'
import { LIFETIME } from './lifetimes.js'

/** Rows that one statement counts where no other code runs meanwhile. */
const STEP = 2_000

/** The digest of a part of the ledger; `undefined` where the database cannot count it. */
export async function ledgerDigest(
  payload: Payload,
  { collection, table }: LedgerTable,
  range: DigestRange,
  signal?: AbortSignal,
): Promise<RowDigest | undefined> {
  const mark = cancelledBy(payload.db, signal, 'counting')
  const where = { table, except: LIFETIME }
  if (!isInProcess(payload.db)) {
    return (
      (await digestRows(payload, where, { ...range, mark })) ??
      digestDocuments(payload.db, { collection, except: LIFETIME }, range)
    )
  }
  let all: RowDigest = new Array<number>(range.periods.count).fill(0)
  for await (const step of steps(payload, table, range)) {
    const counted = await digestRows(payload, where, { ...range, step })
    if (!counted) return undefined
    all = all.map((rows, period) => rows + (counted[period] ?? 0))
    await othersToRun()
  }
  return all
}

/**
 * Hosted SQLite (Turso, Cloudflare's D1) charges for every row that a statement looks at.
 */
export function countedPerSecond(db: DatabaseAdapter): number | undefined {
  const isHosted = sqlAdapterOf(db)?.name === 'sqlite' && !isInProcess(db)
  return isHosted ? 10 : undefined
}

async function* steps(
  payload: Payload,
  table: string,
  { periods, since }: DigestRange,
): AsyncIterable<Step> {
  const by = since > 0 ? 'id' : 'expiresAt'
  let from = by === 'id' ? uuidv7Floor(since) : isoDate(periods.firstMinute * MINUTE_MS)
  while (true) {
    const to = await endOfStep(payload, table, { by, from })
    yield { by, from, to }
    if (to === undefined) return
    from = to
  }
}

/** The value of the row that comes a step after `from`, if there is one. */
async function endOfStep(
  payload: Payload,
  tableName: string,
  { by, from }: Pick<Step, 'by' | 'from'>,
): Promise<string | undefined> {
  const found = await selectAsJson(payload, tableName, ({ named, sql, table }) => {
    const value = named(by)
    // Many rows may expire at the same instant, so the end must lie after the beginning.
    return {
      values: sql.raw('value'),
      from: sql`SELECT MIN(${value}) AS value FROM ${table} WHERE ${value} > coalesce((
        SELECT ${value} FROM ${table} WHERE ${value} >= ${from}
        ORDER BY ${value} LIMIT 1 OFFSET ${STEP}), '~')`,
    }
  })
  const value = found?.[0]?.[0]
  return typeof value === 'string' ? value : undefined
}

/** A database in the same process would otherwise never let other work run. */
const othersToRun = () => new Promise<void>((resolve) => setImmediate(resolve))
