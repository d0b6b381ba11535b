import type { Follower } from '../../src/core/ports.js'
import type { Revocation, Subject } from '../../src/core/revocation.js'
import { scopeOf } from '../../src/core/revocation.js'
import type { Token } from '../../src/core/token.js'
import { uuidv7 } from '../../src/core/uuidv7.js'

/** A revocation, with defaults for every field that a test does not set. */
export function sampleRevocation(
  subject: Subject,
  overrides: Partial<Revocation> & { now?: number } = {},
): Revocation {
  const { now = Date.now(), ...rest } = overrides
  const scope = scopeOf(subject)
  return {
    id: uuidv7(now),
    scope,
    subject,
    ...((scope === 'user' || scope === 'everyone') && { cutoff: now }),
    expiresAt: now + 3_600_000,
    revokedAt: now,
    reason: 'admin',
    ...rest,
  }
}

export function sampleToken(overrides: Partial<Token> & { now?: number } = {}): Token {
  const { now = Date.now(), ...rest } = overrides
  return {
    id: uuidv7(now),
    session: 'a-session',
    collection: 'users',
    userId: '1',
    issuedAt: now,
    sessionStartedAt: now,
    expiresAt: now + 3_600_000,
    ...rest,
  }
}

/** The text of a token with these claims. Nobody checks its signature here. */
export const tokenText = (claims: unknown, signature = 'c2lnbmF0dXJl'): string =>
  `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}.${signature}`

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

export interface RecordingFollower extends Follower {
  readonly learned: Revocation[]
  readonly completions: number[]
  /** The `ledgerAsOf` of each report. */
  readonly vouchedFor: (number | undefined)[]
  readonly reports: (Error | undefined)[]
  /** How often it was told that the source has other content. */
  readonly renewals: number
  /** The subjects learned so far, each once. */
  subjects(): string[]
}

/** A follower that remembers what it was told. */
export function recordingFollower(
  overrides: Partial<Pick<Follower, 'restore' | 'retention'>> = {},
): RecordingFollower {
  const learned: Revocation[] = []
  const completions: number[] = []
  const vouchedFor: (number | undefined)[] = []
  const reports: (Error | undefined)[] = []
  let renewals = 0
  return {
    retention: 3_600,
    ...overrides,
    learned,
    completions,
    vouchedFor,
    reports,
    get renewals() {
      return renewals
    },
    subjects: () => [...new Set(learned.map(({ subject }) => subject))],
    learn: (revocations) => void learned.push(...revocations),
    complete(asOf, ledgerAsOf) {
      completions.push(asOf)
      vouchedFor.push(ledgerAsOf)
    },
    report: (error) => void reports.push(error),
    renewed() {
      renewals += 1
    },
  }
}
