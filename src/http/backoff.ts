import { RevocationError } from '../core/errors.js'

/** Keeps a feed from asking again and again what cannot be answered now. */
export interface Backoff {
  /** @throws the last error, while it is too early to ask again */
  requireTurn(): void
  /** Until then, in milliseconds. */
  readonly waitMs: number
  succeeded(): void
  failed(error: unknown): void
}

/** An answer that is no success. */
export class StatusError extends RevocationError {
  /** Seconds, if the answer named them. */
  readonly retryAfter: number | undefined

  constructor(status: number, retryAfter: string | null) {
    const isRefused = status === 401 || status === 403 || status === 404 || status === 429
    super(
      isRefused ? 'feed-refused' : 'feed-failed',
      isRefused && status !== 404
        ? `the application does not accept the id and the secret of the feed (${status}).`
        : `the feed answered ${status}.`,
    )
    this.retryAfter = /^\d{1,6}$/.test(retryAfter ?? '') ? Number(retryAfter) : undefined
  }
}

/** After the first failure, and at most; both double. Milliseconds. */
const USUAL = { first: 250, longest: 5_000 }
/** A configuration does not become right by asking. */
const REFUSED = { first: 5_000, longest: 120_000 }
const LONGEST_RETRY_AFTER = 120

export function createBackoff(): Backoff {
  let failures = 0
  let notBefore = Number.NEGATIVE_INFINITY
  let last: unknown

  return {
    requireTurn() {
      if (performance.now() < notBefore) throw last
    },
    get waitMs() {
      return Math.max(0, notBefore - performance.now())
    },
    succeeded() {
      failures = 0
      notBefore = Number.NEGATIVE_INFINITY
    },
    failed(error) {
      const isRefused = error instanceof RevocationError && error.code === 'feed-refused'
      const { first, longest } = isRefused ? REFUSED : USUAL
      const told = error instanceof StatusError ? (error.retryAfter ?? 0) : 0
      const waitMs = Math.max(
        Math.min(longest, first * 2 ** failures),
        1_000 * Math.min(LONGEST_RETRY_AFTER, told),
      )
      failures = Math.min(failures + 1, 20)
      notBefore = performance.now() + waitMs
      last = error
    },
  }
}
