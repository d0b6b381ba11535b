import { createBacklog } from './backlog.js'
import { createDenylistIndex, type Match } from './denylistIndex.js'
import { RevocationError } from './errors.js'
import { ledgerFeed } from './ledgerFeed.js'
import type { Clock, Feed, Follower, Ledger, Logger, Transaction } from './ports.js'
import { repeat } from './repeat.js'
import { CLOCK_TOLERANCE_MS, type Revocation, type Scope } from './revocation.js'
import { withTimeLimit } from './timeLimit.js'
import type { Token } from './token.js'

/** The answer for one token. */
export type Verdict =
  /** Nothing revokes it (nor an expired one: that is refused by its own `exp`). */
  | { readonly status: 'valid' }
  /** `too-old`: issued longer ago than a revocation is remembered, so nobody can vouch for it. */
  | { readonly status: 'revoked'; readonly by: Match | 'too-old' }
  /** The index is too stale to say; the caller must not accept. */
  | { readonly status: 'unknown'; readonly stalenessMs: number }

export interface DenylistOptions {
  /** The durable truth. Without one this process can ask but not revoke. */
  ledger?: Ledger | undefined
  /** Carries revocations between processes faster than reading the ledger does. */
  feed?: Feed | undefined
  /** The longest time between a token's issue and its expiry, in milliseconds. */
  maxTokenLifetimeMs: number
  /** Past this staleness, in milliseconds, the verdict is `unknown`. */
  maxStalenessMs: number
  /** Milliseconds between two readings of the ledger. Default 1,000. */
  pollIntervalMs?: number
  logger?: Logger | undefined
  now?: Clock | undefined
}

/** The denylist as one process sees it. */
export interface Denylist {
  /** In memory, no I/O. */
  verdict(token: Token): Verdict
  /** As `verdict`, but reads on first when the index is too stale to say. */
  judge(token: Token): Promise<Verdict>
  /** Records revocations durably, refuses here at once, and sends them on. */
  revoke(revocations: readonly Revocation[]): Promise<void>
  /** Records revocations with an open transaction; after its commit call {@link announce}. */
  record(revocations: readonly Revocation[], within: Transaction): Promise<void>
  /** Takes in what this process learned by another way than its feeds. */
  learn(revocations: readonly Revocation[]): void
  /** Refuses here at once what the ledger holds already, and sends it on. */
  announce(revocations: readonly Revocation[]): Promise<void>
  /** How long ago the index last knew itself complete, in milliseconds. */
  readonly stalenessMs: number
  readonly size: Readonly<Record<Scope, number>>
  readonly maxTokenLifetimeMs: number
  close(): Promise<void>
}

/** A revocation waits no longer than this for the feed; the backlog goes on by itself. */
const PUBLISH_WAIT_MS = 50
/** A verdict waits no longer than this for a stale index to be read on. */
const REFRESH_WAIT_MS = 2_000
const SWEEP_INTERVAL_MS = 5_000
/** A source that hangs does not keep the application from ending. */
const CLOSE_WAIT_MS = 2_000

/** Puts index, ledger and feed together. Nothing connects before the first question. */
export function createDenylist(options: DenylistOptions): Denylist {
  const { ledger, feed, logger, now = Date.now, maxTokenLifetimeMs, maxStalenessMs } = options
  const index = createDenylistIndex({ now })
  const polling = ledger && ledgerFeed({ ledger, intervalMs: options.pollIntervalMs ?? 1_000, now })
  /** Complete is whoever has read the ledger; a feed alone counts only where there is none. */
  const source = polling ?? feed
  const feeds = [polling, feed].filter((each) => each !== undefined)
  const backlog = feed && createBacklog({ feed, now, logger })
  const sweeper = repeat(
    async () => {
      while (index.sweep()) await new Promise((resolve) => setTimeout(resolve, 0))
    },
    { intervalMs: SWEEP_INTERVAL_MS, onOutcome: () => {} },
  )
  let completeAsOf = Number.NEGATIVE_INFINITY
  let isFollowing = false

  const learn = (revocations: readonly Revocation[]) => {
    for (const revocation of revocations) index.add(revocation)
  }

  const followerOf = (source: string, isTruth: boolean): Follower => {
    let isFailing = false
    return {
      retentionMs: maxTokenLifetimeMs + 4 * CLOCK_TOLERANCE_MS,
      learn,
      complete(asOf) {
        if (isTruth) completeAsOf = Math.max(completeAsOf, asOf)
      },
      report(error) {
        if (error && !isFailing)
          logger?.warn({ err: error }, `Revocations: ${source} is out of reach`)
        if (!error && isFailing) logger?.info({}, `Revocations: ${source} answers again`)
        isFailing = error !== undefined
      },
      ...(ledger && { restore: () => ledger.read({ since: 0 }) }),
    }
  }

  const follow = () => {
    if (isFollowing) return
    isFollowing = true
    polling?.follow(followerOf('the ledger', true))
    feed?.follow(followerOf('the feed', ledger === undefined))
    sweeper.start()
  }

  const stalenessMs = () => Math.max(0, now() - completeAsOf)

  const verdict = (token: Token): Verdict => {
    if (token.expiresAt <= now()) return { status: 'valid' }
    const by = index.find(token)
    if (by) return { status: 'revoked', by }
    if (now() > token.issuedAt + maxTokenLifetimeMs + CLOCK_TOLERANCE_MS) {
      return { status: 'revoked', by: 'too-old' }
    }
    return stalenessMs() <= maxStalenessMs
      ? { status: 'valid' }
      : { status: 'unknown', stalenessMs: stalenessMs() }
  }

  const announce = async (revocations: readonly Revocation[]) => {
    learn(revocations)
    follow()
    await backlog?.send(revocations, { waitMs: PUBLISH_WAIT_MS })
  }

  const requireLedger = () => {
    if (!ledger)
      throw new RevocationError('ledger-unavailable', 'a process without a ledger cannot revoke.')
    return ledger
  }

  return {
    verdict,
    async judge(token) {
      const first = verdict(token)
      if (first.status === 'revoked') return first
      follow()
      if (first.status === 'valid') return first
      if (source)
        await withTimeLimit(
          source.refresh().catch(() => {}),
          REFRESH_WAIT_MS,
        )
      return verdict(token)
    },
    async revoke(revocations) {
      await requireLedger().append(revocations)
      await announce(revocations)
    },
    record: (revocations, within) => requireLedger().append(revocations, within),
    learn,
    announce,
    get stalenessMs() {
      return stalenessMs()
    },
    get size() {
      return index.size
    },
    maxTokenLifetimeMs,
    async close() {
      const closing = [sweeper.stop(), backlog?.close(), ...feeds.map((each) => each.close())]
      await withTimeLimit(Promise.all(closing), CLOSE_WAIT_MS)
    },
  }
}
