import type { Payload } from 'payload'
import { RevocationError } from '../../core/errors.js'
import { inBatches } from '../../core/inBatches.js'
import { isoDate } from '../../core/isoDate.js'
import type { Ledger } from '../../core/ports.js'
import { readAhead } from '../../core/readAhead.js'
import { type Revocation, withoutLifted } from '../../core/revocation.js'
import { isLocalSqlite, settle } from '../database/localSqlite.js'
import { isPostgres } from '../database/onPostgres.js'
import type { RowUpdate } from '../database/updateRows.js'
import { writeTogether } from '../database/writeTogether.js'
import { countedPerSecond, ledgerDigest } from './ledgerDigest.js'
import { appendLater, findInForce, findRows } from './ledgerInForce.js'
import { ledgerPages, ledgerTable } from './ledgerPages.js'
import { type Bookkeeping, toRow } from './ledgerRow.js'
import { ledgerSlices } from './ledgerSlices.js'
import { BESIDE, ledgerWrites } from './ledgerWrites.js'
import { declareLifetime, isRevocation, ledgerState, ledgerStateWith } from './lifetimes.js'
import { isTableMissing } from './missingTable.js'
import type { SessionEnds } from './sessionEnds.js'
import { sharedCounts } from './sharedCounts.js'

type BookkeepingOf = (revocation: Revocation) => Bookkeeping

/**
 * The ledger in Payload's own database. It uses the database adapter directly: hooks and access
 * control protect the collection from everyone else, but not from the plugin.
 *
 * An append outside a transaction is durable when it resolves. `within` is the Payload request
 * whose transaction the rows must share. `bookkeepingOf` adds what is written with a revocation.
 * `ends` marks the records of sessions.
 */
export function payloadLedger(
  payload: Payload,
  slug: string,
  {
    bookkeepingOf = () => ({}),
    ends,
  }: { bookkeepingOf?: BookkeepingOf | undefined; ends?: SessionEnds | undefined } = {},
): Ledger {
  const where = ledgerTable(slug)
  const { collection } = where

  const rowOf = (revocation: Revocation) => ({
    ...toRow(revocation),
    ...bookkeepingOf(revocation),
  })

  let isMissing = false

  /** Turns every error into one of this package. */
  const orUnavailable = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    try {
      const result = await work()
      isMissing = false
      return result
    } catch (cause) {
      isMissing = isTableMissing(cause)
      if (isMissing) throw new RevocationError('ledger-missing', undefined, { cause })
      throw new RevocationError('ledger-unavailable', undefined, { cause })
    }
  }

  const writes = ledgerWrites(payload, where, rowOf)

  /** After a write. Each answer is from after the question, and so from after the write. */
  const stateTogether = writeTogether(async (recorded: readonly Revocation[]) => {
    const mark = (updates: readonly RowUpdate[]) => ledgerStateWith(payload, where, updates)
    return (await ends?.markWith(recorded, mark)) ?? ledgerState(payload, where)
  }, BESIDE)

  /**
   * A spoilt connection may see what no other does, and blocks every other writer. Reading over it
   * before it is renewed would keep the file locked.
   */
  const settleFirst = async () => {
    if (isLocalSqlite(payload.db)) await settle(payload.db)
  }

  return {
    async append(revocations, within) {
      if (revocations.length === 0) return
      await orUnavailable(async () => {
        await (within ? writes.appendWithin(revocations, within) : writes.append(revocations))
      })
    },

    appendLater: (cutoff, within) =>
      orUnavailable(() => appendLater(payload, where, { cutoff, row: rowOf(cutoff), within })),

    async *read({ at = Date.now(), ...range }) {
      await settleFirst()
      const pages = readAhead(ledgerPages(payload, where, { at, ...range }))
      while (true) {
        const { done, value } = await orUnavailable(() => pages.next())
        if (done) return
        const revocations = value.filter(isRevocation)
        if (revocations.length > 0) yield revocations
      }
    },

    slices: (range) => orUnavailable(async () => ledgerSlices(payload, where, range)),

    async digest(range, signal) {
      await settleFirst()
      return orUnavailable(() => ledgerDigest(payload, where, range, signal))
    },

    countedPerSecond: countedPerSecond(payload.db),
    sharedCounts: sharedCounts(payload, slug),

    cutoffsAfter: (instant) => {
      const isAfter = { cutoff: { greater_than: isoDate(instant) } }
      const isInForce = { expiresAt: { greater_than: isoDate(Date.now()) } }
      return orUnavailable(() =>
        findRows(payload, { collection, where: { and: [isAfter, isInForce] } }),
      )
    },

    async find(subjects, within) {
      const found: Revocation[] = []
      // A lift names the subject of what it takes back, so both are in the same batch.
      for (const batch of inBatches(payload.db, subjects))
        found.push(
          ...(await orUnavailable(() => findInForce(payload, where, { subjects: batch, within }))),
        )
      return withoutLifted(found.sort(byId))
    },

    async state(within, recorded = []) {
      if (!within) await settleFirst()
      const isShared = recorded.length > 0 && !within && isPostgres(payload.db)
      return orUnavailable(() =>
        isShared ? stateTogether(recorded) : ledgerState(payload, where, within),
      )
    },

    declareLifetime: (lifetimeMs, within) =>
      orUnavailable(() => declareLifetime(payload, where, { lifetimeMs, within })),

    get isMissing() {
      return isMissing
    },
  }
}

const byId = (one: Revocation, other: Revocation) => (one.id < other.id ? -1 : 1)
