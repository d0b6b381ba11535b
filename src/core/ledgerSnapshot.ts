import type { LedgerClock } from './ledgerClock.js'
import { LEDGER_WINDOW_MS } from './ledgerFeed.js'
import type { Clock, Ledger } from './ports.js'
import type { Revocation } from './revocation.js'

interface LedgerAndClocks {
  ledger: Ledger
  ledgerClock: LedgerClock
  now: Clock
}

/**
 * Everything in force, for a feed that lacks it. Lifts come last, including those that were
 * recorded during the reading, so what they take back has been written before them.
 */
export async function* ledgerSnapshot({
  ledger,
  ledgerClock,
  now,
}: LedgerAndClocks): AsyncIterable<readonly Revocation[]> {
  const { now: startedAt } = await ledgerClock.ask()
  const at = Math.min(now(), startedAt)
  const lifts = new Map<string, Revocation>()
  const takeOut = (page: readonly Revocation[]) =>
    page.filter((each) => {
      if (each.lifts !== undefined) lifts.set(each.id, each)
      return each.lifts === undefined
    })
  for await (const page of ledger.read({ since: 0, at })) yield takeOut(page)
  for await (const page of ledger.read({ since: startedAt - LEDGER_WINDOW_MS, at })) takeOut(page)
  if (lifts.size > 0) yield [...lifts.values()]
}

/**
 * Everything in force that the ledger may not have held at this instant (by `monotonic`): what was
 * recorded later, and in the time before in which rows become visible out of order.
 */
export async function* ledgerNews(
  { ledger, ledgerClock, now, monotonic }: LedgerAndClocks & { monotonic: Clock },
  asOf: number,
): AsyncIterable<readonly Revocation[]> {
  const { now: ledgerNow } = await ledgerClock.ask()
  const since = ledgerNow - (monotonic() - asOf) - LEDGER_WINDOW_MS
  yield* ledger.read({ since: Math.max(0, since), at: Math.min(now(), ledgerNow) })
}
