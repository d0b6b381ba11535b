import type { Payload } from 'payload'
import { LEDGER_WINDOW_MS } from '../../core/ledgerFeed.js'
import { CLOCK_TOLERANCE_MS, type Revocation } from '../../core/revocation.js'
import type { FeedAnswer, FeedRevocation } from '../../wire/feed.js'
import type { Runtime } from '../runtime/runtime.js'
import { unavailable } from '../services/oauthError.js'
import { rowsAfter, rowsSince } from '../storage/ledgerPages.js'
import { type Cursor, NO_PROCESS } from './cursor.js'
import { readLedgerPage } from './ledgerPage.js'
import type { Outbox } from './outbox.js'

/** An answer before it is written down. */
export interface Told extends Pick<FeedAnswer, 'asOf' | 'more' | 'now'> {
  readonly cursor: Cursor
  readonly revocations: readonly Revocation[]
}

/** Who was away for longer gets a snapshot. The index on `expiresAt` makes that cheaper. */
const LONGEST_ABSENCE_MS = 3_600_000

/**
 * Reads on from the cursor in the ledger. It is for readers that this process cannot serve from its
 * own news: new ones, those that were away, and those that another process served last.
 *
 * Like every reader of the ledger, it looks back one window, because rows become visible out of
 * order. Whatever was acknowledged before the reading began is in it.
 */
export async function tellFromLedger(
  payload: Payload,
  runtime: Runtime,
  { cursor, outbox }: { cursor: Cursor | undefined; outbox: Outbox },
): Promise<Told> {
  // Before the reading, so that nothing falls between the two.
  const { latest: seq, process } = outbox
  const readAt = performance.now()
  const { now: startedAt = Date.now() } = await runtime.ledger.state()
  const from = placeOf(cursor, startedAt)
  const page = await readLedgerPage(payload, runtime, {
    from: from.rows,
    at: Math.min(startedAt, Date.now()),
  })
  const { revocations, last } = page
  const now = Math.round(startedAt + (performance.now() - readAt))
  const at = from.startedAt ?? Math.floor(startedAt)
  if (last) {
    const { expiresAt, id } = last
    const next: Cursor =
      from.rows.by === 'id' ? { kind: 'recent', at, id } : { kind: 'snapshot', at, expiresAt, id }
    return { cursor: next, more: true, asOf: null, now, revocations }
  }
  // What came while several requests read is read next.
  const isOver = from.startedAt === undefined
  const next: Cursor = isOver
    ? { kind: 'news', at, process, seq }
    : { kind: 'news', at, process: NO_PROCESS, seq: 0 }
  return { cursor: next, more: !isOver, asOf: at, now, revocations }
}

/** Where to read on, and when that reading began if it has begun already. */
function placeOf(cursor: Cursor | undefined, now: number) {
  const isUsable =
    cursor && cursor.at <= now + CLOCK_TOLERANCE_MS && now - cursor.at <= LONGEST_ABSENCE_MS
  if (!isUsable) return { rows: rowsSince(0), startedAt: undefined }
  const { at } = cursor
  if (cursor.kind === 'snapshot') {
    return { rows: rowsAfter(rowsSince(0), cursor), startedAt: at }
  }
  const rows = rowsSince(Math.max(1, at - LEDGER_WINDOW_MS))
  if (cursor.kind === 'news') return { rows, startedAt: undefined }
  return { rows: rowsAfter(rows, { id: cursor.id, expiresAt: 0 }), startedAt: at }
}

/**
 * Everything that this process learned since; `undefined` if it cannot tell.
 *
 * @throws OAuthError 503 while this process is too stale to vouch for anything
 */
export async function tellFromNews(
  { denylist }: Pick<Runtime, 'denylist'>,
  { cursor, outbox }: { cursor: Cursor | undefined; outbox: Outbox },
): Promise<Told | undefined> {
  if (cursor?.kind !== 'news' || cursor.process !== outbox.process) return undefined
  const now = await denylist.ledgerNow()
  // From here on nothing waits: the position, the news and the staleness belong together.
  const revocations = outbox.after(cursor.seq)
  if (!revocations) return undefined
  if (!denylist.state.isFresh) throw unavailable()
  const at = Math.floor(now - denylist.state.stalenessMs)
  const next: Cursor = { kind: 'news', at, process: outbox.process, seq: outbox.latest }
  return { cursor: next, more: false, asOf: at, now, revocations }
}

/** Without what only the ledger keeps: who, from where, and why in words. */
export const forReaders = (revocation: Revocation): FeedRevocation => {
  const { id, subject, cutoff, exceptSession, effectiveAt, lifts } = revocation
  const { expiresAt, revokedAt, reason } = revocation
  return {
    ...{ id, subject, expiresAt, revokedAt, reason },
    ...(cutoff !== undefined && { cutoff }),
    ...(exceptSession !== undefined && { exceptSession }),
    ...(effectiveAt !== undefined && { effectiveAt }),
    ...(lifts !== undefined && { lifts }),
  }
}
