import { RevocationError } from '../core/errors.js'
import type { Follower } from '../core/ports.js'
import { type Connection, replyIn } from './connection.js'
import { type Epoch, readEpoch } from './epoch.js'
import type { Heartbeat } from './heartbeat.js'
import type { Keys } from './keys.js'
import { readEntry, START } from './logPages.js'
import type { LogReader } from './logReader.js'
import { createNewsWait } from './newsWait.js'
import type { Publisher } from './publisher.js'
import type { Receipts } from './receipts.js'
import { deleteIf, type Refill } from './refill.js'

export interface CatchUpOptions {
  connection: Connection
  keys: Keys
  follower: Follower
  reader: LogReader
  publisher: Publisher
  receipts: Receipts
  refill: Refill
  heartbeat: Heartbeat
}

export interface CatchUp {
  /** One turn of following the feed. */
  turn(): Promise<void>
  /** Reads the clock of Redis, right before the reading of the ledger that will be vouched for. */
  prepareToVouch(): Promise<void>
  /**
   * Vouches if Redis contains everything; otherwise does nothing. `false` when the last heartbeat
   * of this process is gone.
   */
  vouch(asOf: number): Promise<boolean>
  /** Reads everything again before it reports that anything is complete. */
  rewind(): void
}

const ATTEMPTS = 4

/**
 * One turn of following. It hands over everything in Redis, and reports that this was complete only
 * if nothing had been lost when the end was reached. Three things show a loss: the epoch changed,
 * the last entry read is gone, or an entry of this process never came back. A process that notices
 * a loss deletes the epoch, and a process with a ledger then refills Redis.
 */
export function createCatchUp(options: CatchUpOptions): CatchUp {
  const { connection, keys, follower, reader, publisher, receipts, refill, heartbeat } = options
  const { run } = connection
  let adopted: Epoch | undefined
  let lastEpoch: string | undefined
  /** Whether everything was read at least once under the adopted epoch. */
  let isComplete = false
  /** How often everything had to be read again. */
  let rewinds = 0
  /** Whether something may have been missed, or dropped. */
  let mustReadAgain = false
  /** An epoch under which something was lost. */
  let distrusted: string | undefined
  const newsWait = createNewsWait({ isAtRest: () => follower.isAtRest?.() ?? false })
  const warned = new Set<string>()

  const warnOnce = (message: string) => {
    if (!warned.has(message)) follower.warn?.(message)
    warned.add(message)
  }

  const currentEpoch = async () => {
    const { epoch } = await run((client) => readEpoch(client, keys.epoch))
    return epoch?.text === distrusted ? undefined : epoch
  }

  const adopt = async (): Promise<Epoch> => {
    let epoch = await currentEpoch()
    if (!epoch && follower.restore) {
      await refill.everything(follower.restore, distrusted)
      epoch = await currentEpoch()
    }
    if (!epoch) {
      await reader.readOn(0)
      throw new RevocationError('feed-incomplete')
    }
    refill.forgetOthers(mustReadAgain ? undefined : epoch.mark)
    // While Redis is being filled, a guard reads along. It need not read all of it twice.
    if (mustReadAgain || !reader.hasReadSince(epoch)) reader.rewind()
    mustReadAgain = false
    receipts.clear()
    isComplete = false
    if (lastEpoch !== undefined && lastEpoch !== epoch.text) follower.renewed?.()
    lastEpoch = epoch.text
    return epoch
  }

  /** Uses the same connection as the reading, so that the same server answers. */
  const look = (entryIds: readonly string[]) =>
    run((client) =>
      Promise.all([
        readEpoch(client, keys.epoch),
        ...entryIds.map((id) => readEntry(client, { key: keys.log, id })),
      ]),
    )

  const distrust = async (epoch: Epoch) => {
    distrusted = epoch.text
    // A read-only user leaves this to other processes.
    await run((client) => deleteIf(client, keys.epoch, epoch.text)).catch(() => {})
  }

  /** Checks the log after it was read from `start` to its end. */
  const judge = async (
    epoch: Epoch,
    start: string,
  ): Promise<'whole' | 'trimmed' | 'lost' | 'other epoch'> => {
    const { cursor } = reader
    if (cursor === START) return 'lost'
    publisher.saw(cursor)
    // The first reading must contain everything since the mark. Later ones need only the cursors.
    const stands = new Set([isComplete ? start : epoch.markId, start, cursor])
    const ids = [...stands].filter((id) => id !== START)
    const [current, ...entries] = await look(ids)
    if (current.epoch?.text !== epoch.text) return 'other epoch'
    const gone = ids.filter(
      (id, i) => !entries[i] || (id === epoch.markId && entries[i][1] !== epoch.mark),
    )
    gone.push(...reader.gone)
    if (gone.some((id) => !publisher.isTrimmable(id))) return 'lost'
    return gone.some((id) => id !== epoch.markId) ? 'trimmed' : 'whole'
  }

  /**
   * An entry from a later release may be a revocation. A process with a ledger learns of it there.
   * Another process must not judge any token until the entry is gone.
   */
  const refuseUnreadable = async () => {
    const id = reader.unreadable
    if (id === undefined || publisher.isTrimmable(id)) return
    if (!(await run((client) => readEntry(client, { key: keys.log, id })))) return
    const message = `the log contains an entry from a later release (${id}): update this process`
    if (!follower.restore) throw new RevocationError('feed-unreadable', `${message}.`)
    warnOnce(message)
  }

  /** Runs before the log is read, because what was vouched for has been sent by then. */
  const lookForHeartbeat = async (asOf: number) => {
    try {
      const comparison = await heartbeat.look(asOf)
      follower.compareClock?.(comparison)
    } catch (error) {
      if (!follower.restore || !replyIn(error)?.includes('NOPERM')) throw error
      warnOnce('the Redis user may not run `TIME`, so guards without a database may answer 503')
    }
  }

  /** Returns whether the follower now knows everything. */
  const attempt = async (): Promise<boolean> => {
    adopted ??= await adopt()
    const epoch = adopted
    const asOf = performance.now()
    const rewindsBefore = rewinds
    await lookForHeartbeat(asOf)
    const sent = receipts.acknowledged()
    const start = reader.cursor
    await reader.readOn(isComplete ? newsWait.ms : 0)
    newsWait.ended(!isComplete || (reader.cursor !== start && !reader.isBusy))
    const state = await judge(epoch, start)
    if (state === 'whole' && !sent.some(receipts.isMissing)) {
      isComplete = true
      await refuseUnreadable()
      if (rewinds !== rewindsBefore) return false
      newsWait.completed()
      follower.complete(asOf, heartbeat.vouchedAsOf(epoch.mark))
      return true
    }
    adopted = undefined
    mustReadAgain = state !== 'other epoch'
    if (state === 'lost' || state === 'whole') await distrust(epoch)
    return false
  }

  return {
    async turn() {
      for (let i = 0; i < ATTEMPTS; i += 1) if (await attempt()) return
      throw new RevocationError('feed-incomplete', 'Redis keeps losing its content.')
    },
    async prepareToVouch() {
      if (!adopted || !isComplete) return
      const comparison = await heartbeat.lookAtClock()
      follower.compareClock?.(comparison)
    },
    async vouch(asOf) {
      return adopted && isComplete ? heartbeat.vouch(asOf, adopted.mark) : true
    },
    rewind() {
      rewinds += 1
      adopted = undefined
      mustReadAgain = true
    },
  }
}
