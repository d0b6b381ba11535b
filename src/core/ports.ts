import type { Revocation, Subject } from './revocation.js'

/** An adapter's own handle of an open database transaction; opaque to the core. */
export type Transaction = object

/** Can be asked directly, over the network. */
export interface Lookup {
  /**
   * Those in force that name one of `subjects`; what was taken back, and the lift that did it, are
   * left out. Rejects when it cannot tell.
   */
  find(subjects: readonly Subject[]): Promise<readonly Revocation[]>
}

/** The durable, append-only record of revocations: the truth, in the application's database. */
export interface Ledger extends Lookup {
  /**
   * As committed now. `within` is an open transaction to read in: a caller that holds one of the
   * database's connections must not wait for a second.
   */
  find(subjects: readonly Subject[], within?: Transaction): Promise<readonly Revocation[]>
  /** Those in force whose cut-off lies after an instant (milliseconds), as committed now. */
  cutoffsAfter(instant: number): Promise<readonly Revocation[]>
  /**
   * Records revocations. When it resolves they are durable, unless `within` names an open
   * transaction: then they share its fate. Recording the same `id` again is harmless.
   */
  append(revocations: readonly Revocation[], within?: Transaction): Promise<void>
  /**
   * Pages of the revocations that are in force at the instant `at` (milliseconds; default: now).
   * With `since` those whose `id` was made at or after that instant, by the clock of
   * {@link state}, by ascending `id`; with 0 all, in any order. Lifts are among them, and so is
   * what they take back.
   */
  read(range: { since: number; at?: number }): AsyncIterable<readonly Revocation[]>
  /** What goes for everybody on this ledger, as committed now; `within` as with `find`. */
  state(within?: Transaction): Promise<LedgerState>
  /**
   * Tells everybody on this ledger that tokens may live this long (milliseconds): part of `state`
   * for as long as a token can live that is issued within the next half day. `within` as with
   * `append`. Declaring it again is harmless.
   */
  declareLifetime(lifetimeMs: number, within?: Transaction): Promise<void>
  /**
   * Whether the last answer was that there is no such ledger yet, as before a migration. The error
   * has the code `ledger-missing` then.
   */
  readonly isMissing?: boolean
}

/** What whoever writes or reads the ledger goes by, wherever it runs. */
export interface LedgerState {
  /**
   * What the ledger's clock shows, in milliseconds since the epoch; `undefined` where it has none
   * that can be asked: then each process goes by its own.
   */
  readonly now: number | undefined
  /** The longest life of a token, in milliseconds, that was declared lately; 0: none was. */
  readonly longestLifetimeMs: number
}

/**
 * Carries revocations to every process, in order or not, at least once. One that can be asked
 * directly as well has `find`.
 */
export interface Feed {
  /**
   * As {@link Lookup.find}. Rejects as well when nobody has vouched within `maxStaleness` seconds for
   * what can be asked.
   */
  find?(
    subjects: readonly Subject[],
    options?: { maxStaleness?: number | undefined },
  ): Promise<readonly Revocation[]>
  /**
   * Sends revocations on. Rejects when they may not have been taken; the caller tries again.
   * Before anyone learns of a lift, what can be asked directly says what is in force without it.
   */
  publish(revocations: readonly Revocation[], options?: PublishOptions): Promise<void>
  /**
   * The heartbeat of a process with a ledger that follows: all that the ledger held at this
   * instant (`performance.now()`, which does not jump) is in the feed. Those without a ledger rely
   * on it. Rejects when it cannot be told on; a later one makes up for it.
   */
  vouch(asOf: number): Promise<void>
  /**
   * Called right before a reading of the ledger begins that is to be vouched for: looks what the
   * feed's own clock shows. Without it a vouch counts from an earlier look.
   */
  prepareToVouch?(): Promise<void>
  /** Starts to hand what is and what comes to `follower`. Called once; connects no earlier. */
  follow(follower: Follower): void
  /** Reads on at once, rather than at the next turn. Rejects when the source cannot be reached. */
  refresh(): Promise<void>
  /**
   * Hands everything over once more: the clock of this process had jumped, so it may have taken for
   * expired what is not. What `complete` is told from now on counts from there.
   */
  rewind?(): void
  /**
   * Makes a feed that was closed usable once more, without connecting: a Payload instance that was
   * destroyed may be followed by another with the same config. Nothing for one that is open.
   */
  reopen?(): void
  /** Stops following and gives back every connection and timer. */
  close(): Promise<void>
}

export interface PublishOptions {
  /** What was sent within so many seconds must not be dropped; older things may. */
  readonly retention: number
  /**
   * Asks the ledger what is in force: where something was lifted, something else may be. Without
   * it a lift is carried, and what can be asked directly stays as it was.
   *
   * @default none
   */
  readonly inForce?: Lookup['find'] | undefined
}

/** What a feed tells the one who follows it. */
export interface Follower extends PublishOptions {
  /** Here are revocations; duplicates are welcome. */
  learn(revocations: readonly Revocation[]): void
  /**
   * All that was sent before the instant `asOf` has been handed over, and all that the ledger held
   * at `ledgerAsOf`, as far as somebody has vouched for it (both `performance.now()`).
   */
  complete(asOf: number, ledgerAsOf: number | undefined): void
  /** The clock of the source was asked. Past the tolerance of 5 s this process stops vouching. */
  compareClock?(comparison: ClockComparison): void
  /**
   * Whether nobody waits for news: then the feed need not wait for any. Who comes first asks it to
   * `refresh`.
   */
  isAtRest?(): boolean
  /** Something changed for the worse (an error) or is well again (none). */
  report(error?: Error): void
  /** Something that stops nothing yet and that whoever runs the application should mend. */
  warn?(message: string): void
  /** The feed had lost content and was filled anew. */
  renewed?(): void
  /**
   * All that is in force, from the ledger, lifts last: a feed that lost its content refills itself
   * from it. Absent in a process that has no ledger.
   */
  readonly restore?: () => AsyncIterable<readonly Revocation[]>
}

/** Where changes of state are told; Payload's logger fits. */
export interface Logger {
  error(details: object, message: string): void
  warn(details: object, message: string): void
  info(details: object, message: string): void
}

/** What another clock showed at some instant while ours went on; milliseconds since the epoch. */
export interface ClockComparison {
  readonly theirs: number
  /** Ours, when it was asked. */
  readonly before: number
  /** Ours, when the answer was there. */
  readonly after: number
}

/** A clock, in milliseconds: since the epoch, or one that never jumps (`performance.now()`). */
export type Clock = () => number
