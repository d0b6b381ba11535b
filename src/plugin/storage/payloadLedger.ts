import type { CollectionSlug, Payload, PayloadRequest, Where } from 'payload'
import { RevocationError } from '../../core/errors.js'
import { isoDate } from '../../core/isoDate.js'
import type { Ledger } from '../../core/ports.js'
import { type Revocation, withoutLifted } from '../../core/revocation.js'
import { uuidv7Floor } from '../../core/uuidv7.js'
import { insertRows } from '../database/insertRows.js'
import { isLocalSqlite, settle } from '../database/localSqlite.js'
import { primaryOf } from '../database/primaryOf.js'
import { readAsJson } from '../database/readAsJson.js'
import { untilCommitted } from '../database/untilCommitted.js'
import { writeTogether } from '../database/writeTogether.js'
import { COLUMNS, fromRow, type Row, toRow } from './ledgerRow.js'

const PAGE = 500

/** As Payload's SQL adapters name the table of a collection. */
export const tableOf = (slug: string) =>
  slug.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/**
 * The ledger in Payload's own database, through its database adapter: hooks and access control
 * stand between the collection and everyone else, not between it and us.
 *
 * An append outside a transaction is durable when it resolves. `within` is the Payload request
 * whose transaction the rows shall share.
 */
export function payloadLedger(payload: Payload, slug: string): Ledger {
  const collection = slug as CollectionSlug
  const table = tableOf(slug)

  const find = async (
    where: Where,
    { limit = 0, within }: { limit?: number; within?: object | undefined } = {},
  ): Promise<Revocation[]> => {
    try {
      const { docs } = await primaryOf(payload.db).find<Row>({
        collection,
        where,
        limit,
        pagination: false,
        sort: 'id',
        req: within as Partial<PayloadRequest> | undefined,
      })
      return docs.map(fromRow)
    } catch (cause) {
      throw new RevocationError('ledger-unavailable', undefined, { cause })
    }
  }

  const areThere = async (revocations: readonly Revocation[], within?: object) => {
    const ids = [...new Set(revocations.map(({ id }) => id))]
    const { totalDocs } = await primaryOf(payload.db).count({
      collection,
      where: { id: { in: ids } },
      req: within as Partial<PayloadRequest> | undefined,
    })
    return totalDocs === ids.length
  }

  const create = (revocation: Revocation, within?: object) =>
    payload.db.create({
      collection,
      data: toRow(revocation),
      req: within as Partial<PayloadRequest> | undefined,
      returning: false,
    })

  const createUnlessThere = async (revocation: Revocation) => {
    try {
      await create(revocation)
    } catch (cause) {
      if (!(await areThere([revocation]).catch(() => false))) throw cause
    }
  }

  /** On PostgreSQL a statement that fails takes the whole transaction with it. */
  const createWithin = async (revocation: Revocation, within: object) => {
    if (!(await areThere([revocation], within))) await create(revocation, within)
  }

  const write = async (revocations: readonly Revocation[]) => {
    if (await insertRows(payload, { table, rows: revocations.map(toRow) })) return
    for (const revocation of revocations) await createUnlessThere(revocation)
  }

  const commit = (revocations: readonly Revocation[]) =>
    untilCommitted(payload, {
      write: () => write(revocations),
      isThere: () => areThere(revocations),
    })

  const commitTogether = writeTogether(commit)

  const append = (revocations: readonly Revocation[]) =>
    // A file has one writer at a time anyway; elsewhere a write that hangs must not hold up others.
    isLocalSqlite(payload.db) ? commitTogether(revocations) : commit(revocations)

  const readPage = async (
    from: { id: string; isInclusive: boolean },
    inForceAt: string,
  ): Promise<Revocation[]> => {
    try {
      const range = { table, columns: COLUMNS, from, inForceAt, limit: PAGE }
      const rows = await readAsJson(payload, range)
      if (rows) return rows.map((row) => fromRow(row as Row))
    } catch {
      // Whatever is wrong with the short way, the usual one decides.
    }
    const position = { [from.isInclusive ? 'greater_than_equal' : 'greater_than']: from.id }
    const inForce = { expiresAt: { greater_than: inForceAt } }
    return find({ and: [inForce, { id: position }] }, { limit: PAGE })
  }

  return {
    async append(revocations, within) {
      if (revocations.length === 0) return
      try {
        if (!within) await append(revocations)
        else for (const revocation of revocations) await createWithin(revocation, within)
      } catch (cause) {
        throw new RevocationError('ledger-unavailable', undefined, { cause })
      }
    },

    async *read({ since }) {
      // A spoilt connection may see what nobody else does, and holds up every other writer.
      if (isLocalSqlite(payload.db)) await settle(payload.db)
      const inForceAt = isoDate(Date.now())
      let from = { id: uuidv7Floor(since), isInclusive: true }
      while (true) {
        const page = await readPage(from, inForceAt)
        if (page.length > 0) yield page
        const last = page.at(-1)
        if (!last || page.length < PAGE) return
        from = { id: last.id, isInclusive: false }
      }
    },

    cutoffsAfter: (instant) => {
      const isAfter = { cutoff: { greater_than: isoDate(instant) } }
      return find({ and: [isAfter, { expiresAt: { greater_than: isoDate(Date.now()) } }] })
    },

    find: async (subjects, within) => {
      const isOneOfThem = { subject: { in: [...subjects] } }
      const inForce = { expiresAt: { greater_than: isoDate(Date.now()) } }
      return withoutLifted(await find({ and: [isOneOfThem, inForce] }, { within }))
    },
  }
}
