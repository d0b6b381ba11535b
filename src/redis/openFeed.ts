import { RevocationError } from '../core/errors.js'
import type { Feed, Follower, PublishOptions } from '../core/ports.js'
import { repeat } from '../core/repeat.js'
import { type CatchUp, createCatchUp } from './catchUp.js'
import { type ConnectionOptions, openConnection } from './connection.js'
import { createEvictionWatch } from './evictionWatch.js'
import { createHeartbeat } from './heartbeat.js'
import { keysWith } from './keys.js'
import { createLogReader } from './logReader.js'
import { createLookup } from './lookup.js'
import { createPublisher } from './publisher.js'
import { createReceipts } from './receipts.js'
import { createRefill } from './refill.js'

export type FeedLife = Required<Omit<Feed, 'canBeFollowed' | 'isOnDemand' | 'reopen'>>

const RETRY_MS = 250
/** How often a process at rest checks whether Redis lost content, in milliseconds. */
const AT_REST_MS = 120_000

/** One life of the feed, from its first use until it is closed. Nothing connects before. */
export function openFeed(options: ConnectionOptions & { prefix: string }): FeedLife {
  const keys = keysWith(options.prefix)
  const receipts = createReceipts()
  let follower: Follower | undefined
  /** Nothing is trimmed until somebody said how long entries count. */
  let retentionMs = Number.POSITIVE_INFINITY
  let inForce: PublishOptions['inForce']
  let isClosed = false
  let restocking: Promise<void> | undefined

  /** Everything that needs connections. It is made at the first use. */
  const open = () => {
    // A process at rest would otherwise notice late that another server answers.
    const onReopened = () => {
      if (follower) loop.now().catch(() => {})
    }
    const commands = openConnection({ ...options, onReopened })
    const reading = openConnection({ ...options, onReopened })
    const publisher = createPublisher({
      ...{ connection: commands, keys },
      retentionMs: () => retentionMs,
      inForce: () => inForce,
    })
    const eviction = createEvictionWatch({
      connection: commands,
      warn: (message) => follower?.warn?.(message),
    })
    const heartbeat = createHeartbeat({ reading, commands, keys })
    const refill = createRefill({
      ...{ connection: commands, keys, publisher, heartbeat },
      isClosed: () => isClosed,
      learn: (revocations) => follower?.learn(revocations),
    })
    const lookup = createLookup({ connection: commands, keys, eviction })
    return { heartbeat, lookup, publisher, reading, refill, eviction, commands }
  }
  let opened: ReturnType<typeof open> | undefined
  const connect = () => {
    if (isClosed) throw new RevocationError('feed-closed')
    opened ??= open()
    return opened
  }

  const startCatchUp = (by: Follower) => {
    const { heartbeat, publisher, reading, refill } = connect()
    const reader = createLogReader({
      connection: reading,
      key: keys.log,
      learn(revocations) {
        for (const { id } of revocations) receipts.delivered(id)
        by.learn(revocations)
      },
      isKnown: refill.hasWritten,
    })
    return createCatchUp({
      ...{
        connection: reading,
        keys,
        follower: by,
        reader,
        publisher,
        receipts,
        refill,
        heartbeat,
      },
    })
  }
  let catchUp: CatchUp | undefined

  const turn = async () => {
    if (!follower) throw new RevocationError('feed-not-followed')
    const { refill, eviction } = connect()
    catchUp ??= startCatchUp(follower)
    await catchUp.turn()
    await eviction.look().catch(() => {})
    if (!follower.restore || restocking || !eviction.isLossy) return
    restocking = eviction.restored(refill.keysAlone(follower.restore)).finally(() => {
      restocking = undefined
    })
  }

  const loop = repeat(turn, {
    intervalMs: () => (follower?.isAtRest?.() ? AT_REST_MS : 0),
    retryMs: RETRY_MS,
    onOutcome: (error) => follower?.report(error),
  })

  return {
    async publish(revocations, options) {
      if (options) retentionMs = options.retention * 1_000
      inForce = options?.inForce ?? inForce
      const unexpired = revocations.filter(({ expiresAt }) => expiresAt > Date.now())
      const send = () => connect().publisher.publish(unexpired)
      const ids = unexpired.map(({ id }) => id)
      await (follower ? receipts.awaiting(ids, send) : send())
    },
    async prepareToVouch() {
      await catchUp?.prepareToVouch()
    },
    async vouch(asOf) {
      if (!catchUp || (await catchUp.vouch(asOf))) return
      // The turn refills Redis from the ledger if it lost content.
      await loop.now()
      await catchUp.vouch(asOf)
    },
    follow(by) {
      follower = by
      retentionMs = by.retention * 1_000
      inForce = by.inForce ?? inForce
      loop.start()
    },
    refresh: () => loop.now(),
    rewind: () => catchUp?.rewind(),
    find: async (subjects, options) => connect().lookup.find(subjects, options),
    async close() {
      isClosed = true
      opened?.reading.close()
      opened?.commands.close()
      await Promise.all([loop.stop(), restocking])
    },
  }
}
