import type { CollectionSlug, Payload, PayloadRequest, Where } from 'payload'
import { isoDate } from '../../core/isoDate.js'
import type { Transaction } from '../../core/ports.js'
import type { Revocation } from '../../core/revocation.js'
import type { SessionDoc } from '../../wire/sessionDoc.js'
import { type HeldField, insertHolding } from '../database/insertHolding.js'
import { primaryOf } from '../database/primaryOf.js'
import { sqlAdapterOf, tableNameOf } from '../database/sqlAdapter.js'
import { untilCommitted } from '../database/untilCommitted.js'
import { type RowUpdate, updateRows } from '../database/updateRows.js'
import { endsOfEveryone } from './endsOfEveryone.js'
import { endedBy, ofUser, type UserRef } from './sessionQueries.js'

/** A session record in the database. All times are ISO dates. */
export interface SessionRow {
  /** The `sid` of its tokens. */
  readonly id: string
  readonly userCollection: string
  readonly userId: string
  /** The name that the user gave it. */
  readonly name?: string | null
  /** A readable label, such as `Firefox on Windows`. */
  readonly device?: string | null
  readonly userAgent?: string | null
  /** The address of the login, with the option `trustProxy`. */
  readonly ip?: string | null
  readonly createdAt: string
  /** When its latest token was issued. Cut-offs are compared with it. */
  readonly lastRefreshedAt: string
  /** When its latest token expires. */
  readonly expiresAt: string
  /** When it was last used, to within `sessions.lastActive`; absent if that option is off. */
  readonly lastActiveAt?: string | null
  /** When the newest of its refreshed tokens that somebody has used was issued. */
  readonly newestShownAt?: string | null
  /** The login at an identity provider that began it: `iss`, `sub` and `sid` there. */
  readonly idpIssuer?: string | null
  readonly idpSubject?: string | null
  readonly idpSession?: string | null
  /**
   * Written as soon as possible, but not by a revocation of everyone. The denylist decides whether a
   * session is active.
   */
  readonly endedAt?: string | null
  readonly endReason?: SessionDoc['endReason']
}

export interface SessionStore {
  /** Writes the record of a new session. Repeating it for the same `id` updates the record. */
  insert(row: SessionRow): Promise<void>
  /** See `insertHolding.ts`. */
  insertHolding(
    row: SessionRow,
    held: HeldField,
  ): Promise<Readonly<Record<string, unknown>> | undefined>
  /** Changes part of a record. `undefined` when the user has no such record, to which `if` applies. */
  update(
    session: { id: string; user: UserRef; if?: Where },
    change: Partial<SessionRow>,
  ): Promise<SessionRow | undefined>
  /** What a refresh changes in the record that this one is made for. */
  renewalOf(row: SessionRow): RowUpdate
  remove(id: string): Promise<void>
  /**
   * The records that match `where`; all of them without `limit`. `within` is an open transaction to
   * read in.
   */
  find(
    where: Where,
    options?: { limit?: number; sort?: string; within?: Transaction | undefined },
  ): Promise<SessionRow[]>
  /** The same in pages of 500, by ascending `id`. */
  pages(where: Where): AsyncIterable<readonly SessionRow[]>
  count(where: Where): Promise<number>
  /**
   * Writes when and why sessions ended to the records that a revocation of a session or a user ends,
   * by one statement. A lift removes that.
   */
  recordEnd(revocation: Revocation): Promise<void>
  /** What `recordEnd` changes; `undefined` if it changes nothing. */
  endUpdate(revocation: Revocation): RowUpdate | undefined
  /** See `endsOfEveryone.ts`. */
  endsOfEveryone(): Promise<readonly Revocation[]>
  /**
   * The sessions of a user in Payload's own list; `undefined` when Payload does not keep one. Both
   * that list and the denylist apply.
   */
  inPayloadsList(user: UserRef): Promise<ReadonlySet<string> | undefined>
}

const PAGE = 500

/** The records in Payload's own database, without hooks and access control. */
export function sessionStore(
  payload: Payload,
  { slug, ledger }: { slug: string; ledger: string },
): SessionStore {
  const collection = slug as CollectionSlug

  const find: SessionStore['find'] = async (where, { limit = 0, sort = 'id', within } = {}) => {
    const req = within as Partial<PayloadRequest> | undefined
    const args = { collection, where, limit, sort, pagination: false, req }
    return (await primaryOf(payload.db).find<SessionRow>(args)).docs
  }

  const isThere = async (id: string) => (await find({ id: { equals: id } })).length > 0

  /** A write that SQLite's driver may have lost must not take other writes with it. */
  const settled = (write: () => Promise<unknown>) =>
    untilCommitted(payload, { write, isThere: async () => true })

  const update: SessionStore['update'] = async ({ id, user, if: condition = {} }, data) => {
    const where = { and: [{ id: { equals: id } }, ofUser(user), condition] }
    let row: SessionRow | undefined
    await settled(async () => {
      const db = primaryOf(payload.db)
      // One statement instead of two. Payload's MongoDB adapter always needs only one.
      const options = sqlAdapterOf(db) && { atomic: true }
      const updated = await db.updateOne({ collection, where, data, ...(options && { options }) })
      row = (updated as unknown as SessionRow | null) ?? undefined
    })
    return row
  }

  const endUpdate = (revocation: Revocation) => {
    const where = endedBy(revocation)
    if (!where) return undefined
    const { lifts, reason, revokedAt } = revocation
    const data =
      lifts === undefined
        ? { endedAt: isoDate(revokedAt), endReason: reason }
        : { endedAt: null, endReason: null }
    return { collection, table: tableNameOf(slug), where, data }
  }

  const insertOrRenew = async (row: SessionRow) => {
    try {
      await primaryOf(payload.db).create({ collection, data: { ...row }, returning: false })
    } catch (err) {
      const { id, userCollection, userId, ...change } = row
      if (!(await update({ id, user: { collection: userCollection, id: userId } }, change)))
        throw err
    }
  }

  const pages = async function* (where: Where): AsyncIterable<readonly SessionRow[]> {
    let position: Where = {}
    while (true) {
      const page = await find({ and: [where, position] }, { limit: PAGE })
      if (page.length > 0) yield page
      const last = page.at(-1)
      if (!last || page.length < PAGE) return
      position = { id: { greater_than: last.id } }
    }
  }

  return {
    find,
    update,
    pages,
    insert: (row) =>
      untilCommitted(payload, { write: () => insertOrRenew(row), isThere: () => isThere(row.id) }),
    insertHolding: (row, held) =>
      insertHolding(payload, { table: tableNameOf(slug), row: { ...row }, held }),
    renewalOf: ({ id, userCollection, userId, lastRefreshedAt, lastActiveAt, expiresAt }) => ({
      ...{ collection, table: tableNameOf(slug) },
      where: { and: [{ id: { equals: id } }, ofUser({ collection: userCollection, id: userId })] },
      data: { lastRefreshedAt, expiresAt, ...(lastActiveAt && { lastActiveAt }) },
    }),
    remove: (id) =>
      settled(() =>
        primaryOf(payload.db).deleteMany({ collection, where: { id: { equals: id } } }),
      ),
    count: async (where) => (await primaryOf(payload.db).count({ collection, where })).totalDocs,
    async recordEnd(revocation) {
      const update = endUpdate(revocation)
      if (update) await settled(() => updateRows(payload, update))
    },
    endUpdate,
    endsOfEveryone: () => endsOfEveryone(payload, ledger),
    async inPayloadsList({ collection: users, id }) {
      const slug = users as CollectionSlug
      if (!payload.collections[slug]?.config.auth.useSessions) return undefined
      const found = await primaryOf(payload.db).findOne<PayloadSessions>({
        collection: slug,
        select: { sessions: true },
        where: { id: { equals: id } },
      })
      return new Set(found?.sessions?.map((session) => session.id))
    },
  }
}

interface PayloadSessions {
  id: number | string
  sessions?: { id: string }[] | null
}
