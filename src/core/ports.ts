import type { Revocation, Subject } from './revocation.js'
import type { DigestRange, Periods, RowDigest } from './rowDigest.js'

/** An adapter's own handle of an open database transaction. The core does not look into it. */
export type Transaction = object

/** A source that can be asked directly, over the network. */
export interface Lookup {
  /**
   * The revocations in force that name one of `subjects`. Lifted revocations and their lifts are
   * left out. Rejects when the source cannot tell.
   */
  find(subjects: readonly Subject[]): Promise<readonly Revocation[]>
}

/** The durable, append-only record of revocations: the truth, in the application's database. */
export interface Ledger extends Lookup {
  /**
   * Reads what is committed now. `within` is an open transaction to read in: a caller that holds
   * one database connection must not wait for a second.
   */
  find(subjects: readonly Subject[], within?: Transaction): Promise<readonly Revocation[]>
  /**
   * The revocations in force whose cut-off lies after an instant (milliseconds), as committed now.
   */
  cutoffsAfter(instant: number): Promise<readonly Revocation[]>
  /**
   * Records revocations. They are durable when it resolves, or when the transaction `within`
   * commits. Recording the same `id` again is harmless.
   */
  append(revocations: readonly Revocation[], within?: Transaction): Promise<void>
  /**
   * Like `append`, for a cut-off that must lie after every other one of its user and of everyone: if
   * it does not, it moves. Returns it as recorded. `undefined`, without having done anything, if the
   * ledger cannot do that; then its caller asks for the other ones first.
   */
  appendLater?(cutoff: Revocation, within?: Transaction): Promise<Revocation | undefined>
  /**
   * The revocations in force at the instant `at` (milliseconds; default: now), in pages. With
   * `since`: those whose `id` was created at or after that instant by the clock of {@link state},
   * in ascending order of `id`. With `since` 0: all, in any order. With `until`: only those whose `id`
   * was created before that instant. With `before`: only those that expire before this instant. The
   * result contains lifts, and also the revocations that they take back. What is kept in the ledger
   * only (see {@link Revocation}) may be absent. `signal` is aborted when nobody waits for the next
   * page any more: then the ledger should stop working on it, and reject.
   */
  read(
    range: RowsRange & { at?: number; before?: number; signal?: AbortSignal | undefined },
  ): AsyncIterable<readonly Revocation[]>
  /**
   * Counts what `read` would return for the same range, in the database, by the first 11 characters of
   * the rows' ids. So a reader that has read most of it reads only the rest. It resolves to
   * `undefined` if the database cannot do that, or if reading costs no more.
   */
  slices?(range: {
    since: number
    at: number
    signal?: AbortSignal | undefined
  }): Promise<ReadonlyMap<string, SliceDigest> | undefined>
  /**
   * Counts the rows of a range in the database, so that a reader which has read them all need not
   * read them again: how many expire in each of its periods. It resolves to `undefined` if the
   * database cannot do that. `signal` as in `read`.
   */
  digest?(range: DigestRange, signal?: AbortSignal): Promise<RowDigest | undefined>
  /**
   * How many rows each process may have counted in a second, on average. Less than the default where
   * the database charges for each row that it looks at.
   *
   * @default 3000
   */
  readonly countedPerSecond?: number | undefined
  /** Where the processes leave their counts for each other. Absent: each counts for itself. */
  readonly sharedCounts?: SharedCounts | undefined
  /**
   * The state that all processes on this ledger share, as committed now; `within` as in `find`. A
   * ledger may use the same question to write down elsewhere what `recorded` ended, without delaying
   * the answer for long.
   */
  state(within?: Transaction, recorded?: readonly Revocation[]): Promise<LedgerState>
  /**
   * Tells all processes on this ledger that tokens may live this long (milliseconds). `state`
   * reports it as long as a token issued within the next half day can live. `within` as in
   * `append`. Declaring it again is harmless.
   */
  declareLifetime(lifetimeMs: number, within?: Transaction): Promise<void>
  /**
   * Whether the last answer was that this ledger does not exist yet, as before a migration. The
   * error then has the code `ledger-missing`.
   */
  readonly isMissing?: boolean
}

/** Rows by the time in their ids: from one instant up to, but not including, another. */
export interface RowsRange {
  readonly since: number
  /** Default: the end. */
  readonly until?: number | undefined
}

/** What can be compared of rows that were created within a few milliseconds. */
export interface SliceDigest {
  readonly rows: number
  /** The sum of the last seven hexadecimal digits of their ids. */
  readonly tails: number
}

/** A place for one count of the whole ledger. What was written may get lost. */
export interface SharedCounts {
  /** What was written last, as committed now. */
  read(): Promise<SharedCount | undefined>
  write(count: SharedCount): Promise<void>
}

/** How many rows the ledger had whose ids were created before `until`. */
export interface SharedCount {
  /** Another one for each count. */
  readonly id: string
  readonly until: number
  readonly periods: Periods
  readonly digest: RowDigest
}

/** The shared values that every reader and writer of the ledger uses. */
export interface LedgerState {
  /**
   * The time by the ledger's clock, in milliseconds since the epoch; `undefined` when it has no
   * clock that can be read. Then each process uses its own.
   */
  readonly now: number | undefined
  /** The longest token life that was declared lately, in milliseconds; 0 when none was. */
  readonly longestLifetimeMs: number
}

/**
 * Carries revocations to every process, at least once, in any order. A feed that can be asked
 * directly has `find`.
 */
export interface Feed {
  /** `false`: it can only be asked (`find`), and `follow` throws. Absent: it can be followed. */
  readonly canBeFollowed?: boolean
  /**
   * It works only while `refresh` or `find` is called, because nothing may run in between. Each call
   * works on its own: what one request began may never end. Its followers do all their work while
   * they are asked. Absent: no.
   */
  readonly isOnDemand?: boolean
  /**
   * Like {@link Lookup.find}. It also rejects when no process has vouched within `maxStaleness`
   * seconds for what the feed holds.
   */
  find?(
    subjects: readonly Subject[],
    options?: { maxStaleness?: number | undefined },
  ): Promise<readonly Revocation[]>
  /**
   * Sends revocations. Rejects when the feed may not have taken them; the caller retries. Before
   * anyone learns of a lift, a direct look-up already answers without the lifted revocation.
   */
  publish(revocations: readonly Revocation[], options?: PublishOptions): Promise<void>
  /**
   * The heartbeat of a process that follows a ledger. It says that the feed contains everything
   * that the ledger held at this instant (`performance.now()`, which does not jump). Processes
   * without a ledger rely on it. Rejects when it could not be sent; a later one makes up for it.
   */
  vouch(asOf: number): Promise<void>
  /**
   * Called right before the reading of the ledger that the next `vouch` is about. It reads the
   * feed's own clock. Without it a vouch counts from an earlier clock reading.
   */
  prepareToVouch?(): Promise<void>
  /**
   * Starts to hand existing and new revocations to `follower`. Called once; nothing connects
   * earlier.
   */
  follow(follower: Follower): void
  /** Reads at once instead of at the next turn. Rejects when the source cannot be reached. */
  refresh(): Promise<void>
  /**
   * Hands everything over again. It is called when the clock of this process has jumped, since the
   * process may have dropped entries that only looked expired. From now on `complete` counts from
   * this pass.
   */
  rewind?(): void
  /**
   * Makes a closed feed usable again, without connecting. A destroyed Payload instance may be
   * followed by another one with the same config. Does nothing if the feed is open.
   */
  reopen?(): void
  /** Stops following and releases every connection and timer. */
  close(): Promise<void>
}

export interface PublishOptions {
  /** The feed must keep what was sent within this many seconds; it may drop older entries. */
  readonly retention: number
  /**
   * Asks the ledger what is in force, because another revocation may name the same subject as a
   * lifted one. Without it a lift is only carried, and the answers of direct look-ups stay as they
   * were.
   *
   * @default none
   */
  readonly inForce?: Lookup['find'] | undefined
}

/** What a feed reports to its follower. */
export interface Follower extends PublishOptions {
  /** Takes revocations. Duplicates are welcome. */
  learn(revocations: readonly Revocation[]): void
  /**
   * Everything that was sent before `asOf` has been handed over, and everything that the ledger
   * held at `ledgerAsOf`, as far as a process has vouched for it (both by `performance.now()`).
   */
  complete(asOf: number, ledgerAsOf: number | undefined): void
  /**
   * Takes a reading of the source's clock. Beyond the tolerance of 5 s this process cannot judge
   * tokens.
   */
  compareClock?(comparison: ClockComparison): void
  /**
   * Whether nobody waits for news. Then the feed need not wait for any either; the next question
   * calls `refresh`.
   */
  isAtRest?(): boolean
  /** The state changed: it got worse (with an error), or it is fine again (without one). */
  report(error?: Error): void
  /** Reports a problem that stops nothing yet and that the operator should fix. */
  warn?(message: string): void
  /** The feed had lost content and was refilled. */
  renewed?(): void
  /**
   * Everything in force, from the ledger, lifts last. A feed that has lost its content refills
   * itself from it. Absent in a process without a ledger.
   */
  readonly restore?: () => AsyncIterable<readonly Revocation[]>
}

/** Takes reports of state changes. Payload's logger fits. */
export interface Logger {
  error(details: object, message: string): void
  warn(details: object, message: string): void
  info(details: object, message: string): void
}

/** What another clock showed while ours went on; milliseconds since the epoch. */
export interface ClockComparison {
  readonly theirs: number
  /** Our clock before the question. */
  readonly before: number
  /** Our clock after the answer. */
  readonly after: number
}

/** A clock, in milliseconds: since the epoch, or one that never jumps (`performance.now()`). */
export type Clock = () => number
