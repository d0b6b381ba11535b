import { setTimeout as pause } from 'node:timers/promises'
import { RevocationError } from '../core/errors.js'
import type { Follower } from '../core/ports.js'
import { CLOCK_TOLERANCE_MS, type Revocation } from '../core/revocation.js'
import { uuidv7 } from '../core/uuidv7.js'
import type { Client, Connection } from './connection.js'
import { type Epoch, epochText, readEpoch } from './epoch.js'
import type { Heartbeat } from './heartbeat.js'
import type { Keys } from './keys.js'
import { toMark } from './logEntry.js'
import { readEntry } from './logPages.js'
import { DELETE_IF, EXTEND_IF } from './luaScripts.js'
import type { Publisher } from './publisher.js'

type Restore = NonNullable<Follower['restore']>

/** Fills Redis from the ledger. */
export interface Refill {
  /**
   * Fills Redis if it is not complete, or if it still holds the `distrusted` epoch. One process
   * fills, the others wait for it. Resolves when Redis holds another epoch.
   */
  everything(restore: Restore, distrusted: string | undefined): Promise<void>
  /**
   * Rewrites the keys, at most once in ten seconds over all processes. The log and the epoch stay.
   */
  keysAlone(restore: Restore): Promise<void>
  /** Whether this process has written the log entry with this id, and learned what it holds. */
  hasWritten(entryId: string): boolean
  /** Forgets which entries it has written, but for those of the filling with this mark. */
  forgetOthers(mark: string | undefined): void
}

export interface RefillOptions {
  connection: Connection
  keys: Keys
  publisher: Publisher
  heartbeat: Heartbeat
  isClosed(): boolean
  /** Takes what this process has written, so that it need not read it back. */
  learn(revocations: readonly Revocation[]): void
}

/** If the filling process died, another one takes over after this time. */
const LOCK_MS = 3_000
const RESTOCK_EVERY_MS = 10_000
const MAX_REST_MS = 10_000
const LOOK_AGAIN_MS = 50

export function createRefill(options: RefillOptions): Refill {
  const { connection, keys, publisher, heartbeat, isClosed, learn } = options
  const { run } = connection
  let restUntil = 0
  let own: { mark: string; entryIds: Set<string> } | undefined

  const current = async (distrusted: string | undefined) => {
    const reading = await run((client) => readEpoch(client, keys.epoch))
    return { ...reading, isGood: isGood(reading, distrusted) }
  }

  const hold = async (lock: string) =>
    (await run((client) => client.set(keys.refilling, lock, 'PX', LOCK_MS, 'NX'))) !== null

  /** If this comes too late, two processes may fill at once. That costs time but does no harm. */
  const keepHolding = (lock: string) => {
    const extend = () => run((client) => client.eval(EXTEND_IF, 1, keys.refilling, lock, LOCK_MS))
    const timer = setInterval(() => void extend().catch(() => {}), LOCK_MS / 3)
    timer.unref()
    return () => clearInterval(timer)
  }

  /** The next page is read while one is written. */
  const writeAll = async (pages: ReturnType<Restore>, entryIds: Set<string>) => {
    let writing: Promise<void> | undefined
    const write = async (page: readonly Revocation[]) => {
      for (const id of await publisher.fill(page)) entryIds.add(id)
      learn(page)
    }
    for await (const page of pages) {
      await writing
      writing = write(page)
      // It is awaited with the next page.
      writing.catch(() => {})
    }
    await writing
  }

  /**
   * What the ledger held when the filling began is in Redis when it ends. So no process must send it
   * again, and a guard need not wait for the next reading. A process with a wrong clock may have left
   * out what only looked expired.
   */
  const vouchingFrom = async (mark: string) => {
    const clock = await heartbeat.lookAtClock().catch(() => undefined)
    const asOf = performance.now()
    const isRight =
      clock !== undefined &&
      clock.theirs >= clock.before - CLOCK_TOLERANCE_MS &&
      clock.theirs <= clock.after + CLOCK_TOLERANCE_MS
    return async () => {
      if (isRight) await heartbeat.vouch(asOf, mark)
    }
  }

  /**
   * The epoch is set last. It stays only if the mark from the beginning still exists and the same
   * server answers; otherwise Redis lost something during the filling.
   */
  const fill = async (restore: Restore, { mark, runId }: { mark: string; runId: string }) => {
    const markId = await publisher.append(toMark(mark))
    const vouch = await vouchingFrom(mark)
    own = { mark, entryIds: new Set() }
    await writeAll(restore(), own.entryIds)
    await vouch()
    const text = epochText({ mark, markId, runId })
    const isWhole = async () => {
      const [entry, reading] = await run((client) =>
        Promise.all([
          readEntry(client, { key: keys.log, id: markId }),
          readEpoch(client, keys.epoch),
        ]),
      )
      // After a flush, another entry may get the same id within the same millisecond.
      return entry?.[1] === mark && reading.runId === runId
    }
    const isMine =
      (await isWhole()) && (await run((client) => client.set(keys.epoch, text, 'NX'))) !== null
    if (!(await isWhole())) {
      if (isMine) await run((client) => deleteIf(client, keys.epoch, text))
      throw new RevocationError('feed-incomplete', 'Redis lost content while it was being filled.')
    }
    // Older entries are in the ledger, and so in what was written after the mark.
    if (isMine) await run((client) => client.call('xtrim', keys.log, 'MINID', markId))
  }

  return {
    async everything(restore, distrusted) {
      // Filling takes at most half of the time, however often Redis fails.
      if (performance.now() < restUntil) {
        throw new RevocationError(
          'feed-incomplete',
          'Redis lost its content again after it was filled.',
        )
      }
      const mark = uuidv7(Date.now())
      while (!(await hold(mark))) {
        await pause(LOOK_AGAIN_MS)
        if (isClosed()) throw new RevocationError('feed-closed')
        if ((await current(distrusted)).isGood) return
      }
      const start = performance.now()
      const letGo = keepHolding(mark)
      try {
        const { isGood, text, runId } = await current(distrusted)
        if (isGood) return
        if (text) await run((client) => deleteIf(client, keys.epoch, text))
        await fill(restore, { mark, runId })
      } finally {
        letGo()
        const end = performance.now()
        restUntil = end + Math.min(end - start, MAX_REST_MS)
        await run((client) => deleteIf(client, keys.refilling, mark)).catch(() => {})
      }
    },

    async keysAlone(restore) {
      const { restocking } = keys
      const isFirst = await run((client) =>
        client.set(restocking, '1', 'PX', RESTOCK_EVERY_MS, 'NX'),
      )
      if (isFirst === null) return
      for await (const page of restore()) {
        if (isClosed()) return
        await publisher.put(page)
      }
    },

    hasWritten: (entryId) => own?.entryIds.has(entryId) ?? false,
    forgetOthers(mark) {
      if (own?.mark !== mark) own = undefined
    },
  }
}

const isGood = ({ epoch }: { epoch: Epoch | undefined }, distrusted: string | undefined) =>
  epoch !== undefined && epoch.text !== distrusted

/** Deletes a key if it still holds this value. */
export const deleteIf = (client: Client, key: string, value: string): Promise<unknown> =>
  client.eval(DELETE_IF, 1, key, value)
