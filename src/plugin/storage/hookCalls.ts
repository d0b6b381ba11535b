import type { CollectionSlug, Payload, Where } from 'payload'
import { isoDate } from '../../core/isoDate.js'
import type { Revocation } from '../../core/revocation.js'
import { withTimeLimit } from '../../core/timeLimit.js'
import { userOf } from '../../core/token.js'
import type { RevocationHooks, RevokeEvent } from '../config/hooks.js'
import { primaryOf } from '../database/primaryOf.js'
import { tableNameOf } from '../database/sqlAdapter.js'
import { untilCommitted } from '../database/untilCommitted.js'
import { updateRows } from '../database/updateRows.js'
import { isBuilding } from './isBuilding.js'
import { type Bookkeeping, fromRow, type Row } from './ledgerRow.js'
import { isLogoutMark } from './logoutMarks.js'
import type { SessionStore } from './sessionStore.js'

/** The calls of `onRevoke`. Which are due is in the ledger, so that they survive the process. */
export interface HookCalls {
  /** What is written with a new revocation: when another process may call the hook in our place. */
  bookkeepingOf(revocation: Revocation): Bookkeeping
  /** Calls the hook. Resolves when it is done, or after two seconds at most. Never rejects. */
  call(revocation: Revocation): Promise<void>
  /** Begins with what earlier processes left. Returns at once. */
  start(): void
  close(): Promise<void>
}

interface HookCallsOptions {
  onRevoke: NonNullable<RevocationHooks['onRevoke']>
  slug: string
  sessions: SessionStore | undefined
  /** So long after its revocation a call is due for any process. Default 30,000. */
  dueAfterMs?: number
}

/** How long the caller of `revoke` waits for the hook, in milliseconds. */
const WAIT_MS = 2_000
const PAGE = 50

export function createHookCalls(payload: Payload, options: HookCallsOptions): HookCalls {
  const { onRevoke, sessions, dueAfterMs = 30_000 } = options
  const collection = options.slug as CollectionSlug
  const place = { collection, table: tableNameOf(options.slug) }
  const running = new Set<Promise<unknown>>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let timerDueAt = Number.POSITIVE_INFINITY
  let isClosed = false

  const write = (where: Where, hookDueAt: string | null) =>
    untilCommitted(payload, {
      write: () => updateRows(payload, { ...place, where, data: { hookDueAt } }),
      isThere: async () => true,
    })

  const callOnce = async (revocation: Revocation): Promise<boolean> => {
    try {
      await onRevoke(await eventOf(revocation, { payload, sessions }))
      await write(coveredBy(revocation), null)
      return true
    } catch (err) {
      if (!isClosed) payload.logger.error({ err }, 'Revocations: the hook onRevoke failed')
      return false
    }
  }

  /** Takes the call over. Of several processes that try, one succeeds. */
  const claim = async ({ id, revokedAt }: Row, now: number) => {
    // The longer it fails, the rarer it is tried.
    const patience = Math.max(dueAfterMs, now - Date.parse(revokedAt))
    const mark = isoDate(now + patience + Math.floor((Math.random() * dueAfterMs) / 3))
    const isDue = { hookDueAt: { less_than_equal: isoDate(now) } }
    await write({ and: [{ id: { equals: id } }, isDue] }, mark)
    const { totalDocs } = await primaryOf(payload.db).count({
      collection,
      where: { and: [{ id: { equals: id } }, { hookDueAt: { equals: mark } }] },
    })
    return totalDocs > 0
  }

  const waiting = async (isDue: Where['hookDueAt']) => {
    const { docs } = await primaryOf(payload.db).find<Row & Bookkeeping>({
      ...{ collection, limit: PAGE, sort: 'hookDueAt', pagination: false },
      where: { hookDueAt: isDue },
    })
    return docs
  }

  const catchUp = async () => {
    while (!isClosed) {
      const now = Date.now()
      const due = await waiting({ less_than_equal: isoDate(now) })
      for (const row of due) if (!isClosed && (await claim(row, now))) await callOnce(fromRow(row))
      if (due.length < PAGE) break
    }
    const [next] = await waiting({ exists: true })
    if (next?.hookDueAt) schedule(Date.parse(next.hookDueAt))
  }

  const keep = <Result>(work: Promise<Result>) => {
    const kept = work.finally(() => running.delete(kept))
    running.add(kept)
    return kept
  }

  const run = () => {
    timer = undefined
    timerDueAt = Number.POSITIVE_INFINITY
    const catchingUp = catchUp().catch((err) => {
      if (isClosed) return
      payload.logger.warn({ err }, 'Revocations: calls of onRevoke that are due were not found')
      schedule(Date.now() + dueAfterMs)
    })
    void keep(catchingUp)
  }

  const schedule = (dueAt: number) => {
    if (isClosed || dueAt >= timerDueAt) return
    clearTimeout(timer)
    timerDueAt = dueAt
    timer = setTimeout(run, Math.max(0, dueAt - Date.now()) + 1)
    timer.unref()
  }

  return {
    bookkeepingOf: (revocation) =>
      isToldOf(revocation) ? { hookDueAt: isoDate(Date.now() + dueAfterMs) } : {},
    call(revocation) {
      if (!isToldOf(revocation)) return Promise.resolve()
      const calling = keep(callOnce(revocation)).then((isDone) => {
        if (!isDone) schedule(Date.now() + dueAfterMs)
      })
      return withTimeLimit(calling, WAIT_MS)
    },
    start() {
      if (!isBuilding()) schedule(Date.now())
    },
    async close() {
      isClosed = true
      clearTimeout(timer)
      await withTimeLimit(Promise.allSettled(running), WAIT_MS)
    },
  }
}

/** The hook is told what ends tokens. */
const isToldOf = (revocation: Revocation) =>
  revocation.lifts === undefined && !isLogoutMark(revocation)

/** The rows for which the hook need not be called any more after it was called for this one. */
const coveredBy = ({ subject, revokedAt, exceptSession }: Revocation): Where => ({
  and: [
    { hookDueAt: { exists: true } },
    { subject: { equals: subject } },
    { revokedAt: { less_than_equal: isoDate(revokedAt) } },
    {
      exceptSession: exceptSession === undefined ? { exists: false } : { equals: exceptSession },
    },
  ],
})

async function eventOf(
  revocation: Revocation,
  { payload, sessions }: { payload: Payload; sessions: SessionStore | undefined },
): Promise<RevokeEvent> {
  const { scope, reason, subject, partOf = '', exceptSession } = revocation
  const session = sessionIn(subject) ?? sessionIn(partOf)
  const user = userOf(subject) ?? userOf(partOf) ?? (await userOfSession(session, sessions))
  return {
    ...{ scope, reason },
    ...(user && { collection: user.collection, userId: user.id }),
    ...(session !== undefined && { session }),
    ...(exceptSession !== undefined && { exceptSession }),
    ...{ revocation, payload },
  }
}

const sessionIn = (subject: string) =>
  subject.startsWith('sid:') ? subject.slice('sid:'.length) : undefined

async function userOfSession(session: string | undefined, sessions: SessionStore | undefined) {
  if (session === undefined) return undefined
  const [record] = (await sessions?.find({ id: { equals: session } })) ?? []
  return record && { collection: record.userCollection, id: record.userId }
}
