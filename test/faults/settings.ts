import type { RedisFeedOptions } from 'payload-jwt-revocation/redis'

/** The stated bound: every process refuses within it, or answers 503. */
export const BOUND_MS = 3_000
export const POLL_INTERVAL_MS = 250
/** How far a process's clock is from the true time. Two processes are up to 5 s apart. */
export const CLOCK_OFFSET_MS = 2_500
/** Default: shorter than the longest lock, so that a locked ledger makes some logouts fail. */
export const BUSY_TIMEOUT_MS = 1_000
/** How long a refreshed token may still be used. */
export const GRACE_MS = 1_000
/**
 * How long to wait for a request that waits for a lock: a change without an answer may still
 * succeed.
 */
export const WRITE_TIMEOUT_MS = 40_000
/**
 * So long after a change without an acknowledgement, its cut-off is in the past by every clock. If
 * the process died or the ledger was locked, the ledger may contain nothing but `change-begun`, and
 * a login before that cut-off gets a token that is refused (docs/guarantees.md).
 */
export const AFTER_FAILURE_MS = 5_000 + 2 * CLOCK_OFFSET_MS + 2_000

export const SECRET = 'a-secret-of-the-fault-runs'
export const TOKEN_LIFETIME_S = 7_200

/**
 * SQLite without transactions, which is its default; PostgreSQL with a replica that is an hour
 * behind.
 */
export const DATABASES = ['sqlite', 'postgres'] as const
export type DatabaseKind = (typeof DATABASES)[number]

/** What can be switched off, to show that the checker notices. */
export const SAFEGUARDS = [
  'ledger',
  'refill',
  'anti-entropy',
  'staleness-bound',
  'heartbeat',
  'intent-first',
  'primary-reads',
  'fresh-ids',
  'clock-check',
  'monotonic-ages',
  'lost-answers',
] as const
export type Safeguard = (typeof SAFEGUARDS)[number]

/** Where an app finds the database. */
export type DatabaseSettings =
  | {
      readonly file: string
      /** How long a writer waits for a locked database, in milliseconds. */
      readonly busyTimeoutMs: number
    }
  | { readonly url: string; readonly readReplicas?: string[] }

/** The settings of a child process, as JSON in one variable. */
export interface ChildSettings {
  database: DatabaseSettings
  redis: RedisFeedOptions
  without?: Safeguard | undefined
  /** Creates the tables, and these users if there are none yet. */
  users?: readonly { email: string; password: string }[] | undefined
}

export const SETTINGS_VARIABLE = 'FAULTS_SETTINGS'
export const CLOCK_VARIABLE = 'FAULTS_CLOCK_OFFSET_MS'
/** How each child learns by how much its clock must be off from now on. */
export const CLOCK_PATH = '/faults/clock'

export const readSettings = (): ChildSettings => JSON.parse(process.env[SETTINGS_VARIABLE] ?? '')
