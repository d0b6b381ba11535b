import type { CollectionSlug, Payload, PayloadRequest, Where } from 'payload'
import { isoDate } from '../../core/isoDate.js'
import type { Revocation, Subject } from '../../core/revocation.js'
import { insertLater } from '../database/insertLater.js'
import { primaryOf } from '../database/primaryOf.js'
import type { QueryParts } from '../database/selectOne.js'
import { selectRows } from '../database/selectRows.js'
import type { LedgerTable } from './ledgerPages.js'
import { COLUMNS, fromRow, type Row } from './ledgerRow.js'
import { isRevocation } from './lifetimes.js'

/** What is in force for these subjects, of which there are no more than one statement takes. */
export async function findInForce(
  payload: Payload,
  { collection, table }: LedgerTable,
  { subjects, within }: { subjects: readonly Subject[]; within: object | undefined },
): Promise<Revocation[]> {
  const where = inForce(subjects)
  const rows = await selectRows(payload, { table, columns: COLUMNS, where, within })
  if (rows) return revocationsIn(rows as Row[])
  const isInForce: Where = { expiresAt: { greater_than: isoDate(Date.now()) } }
  const and = [{ subject: { in: [...subjects] } }, isInForce]
  return findRows(payload, { collection, where: { and }, within })
}

/** By ascending `id`, in Payload's own way. */
export async function findRows(
  { db }: Payload,
  {
    collection,
    where,
    within,
  }: { collection: CollectionSlug; where: Where; within?: object | undefined },
): Promise<Revocation[]> {
  const req = within as Partial<PayloadRequest> | undefined
  const { docs } = await primaryOf(db).find<Row>({
    ...{ collection, where, limit: 0, pagination: false, sort: 'id', req },
  })
  return revocationsIn(docs)
}

const revocationsIn = (rows: readonly Row[]) => rows.filter(isRevocation).map(fromRow)

/** See {@link Ledger.appendLater}. `row` is the row of the cut-off. */
export async function appendLater(
  payload: Payload,
  { table }: LedgerTable,
  { cutoff, row, within }: { cutoff: Revocation; row: Row; within?: object | undefined },
): Promise<Revocation | undefined> {
  const moved = await insertLater(payload, {
    ...{ table, row: { cutoff: null, ...row }, within },
    ...{ field: 'cutoff', along: ['expiresAt'] },
    than: inForce(['everyone', cutoff.subject]),
  })
  if (!moved) return undefined
  const [at, expiresAt] = [Date.parse(moved.cutoff), Date.parse(moved.expiresAt)]
  return { ...cutoff, cutoff: at, expiresAt }
}

const inForce =
  (subjects: readonly Subject[]) =>
  ({ named, sql }: Omit<QueryParts, 'table'>) => {
    const values = subjects.map((each) => sql`${each}`)
    return sql`${named('subject')} IN (${sql.join(values, sql.raw(', '))})
      AND ${named('expiresAt')} > ${isoDate(Date.now())}`
  }
