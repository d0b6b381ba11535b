import { type Cluster, Redis, type RedisOptions } from 'ioredis'
import { RevocationError } from '../core/errors.js'
import { afterWaiting } from '../core/timeLimit.js'

export type Client = Redis | Cluster

/** One connection to Redis (on a Cluster: one per node) that never hangs. */
export interface Connection {
  /**
   * Sends commands and waits for their answers, for at most `limitMs` (default 1,000). A command
   * without an answer in time is rejected, and the connection is dropped and opened again. Errors
   * are `RevocationError`s: `timed-out`, or `feed-failed` with the client's error as its cause.
   */
  run<T>(work: (client: Client) => Promise<T>, limitMs?: number): Promise<T>
  /** Every server that holds keys. */
  nodes(): readonly Redis[]
  readonly isCluster: boolean
  close(): void
}

export interface ConnectionOptions {
  url?: string | undefined
  options?: RedisOptions | undefined
  client?: Client | undefined
  /** Called when the connection is open again after it was lost. Another server may answer now. */
  onReopened?: (() => void) | undefined
}

const COMMAND_LIMIT_MS = 1_000
const MAX_RETRY_DELAY_MS = 500

/** These settings must hold, whatever the application chose for its own client. */
const ESSENTIAL = {
  commandTimeout: undefined,
  /** A hanging server does not close the connection. */
  disconnectTimeout: 200,
  enableOfflineQueue: true,
  lazyConnect: false,
  maxRetriesPerRequest: 1,
  retryStrategy: (attempt: number) => Math.min(attempt * 50, MAX_RETRY_DELAY_MS),
  role: 'master',
} as const

/**
 * Replies of a server that must not be used, or not yet: a failover made it a replica, or it is
 * still loading its data. A proxy or a load balancer may keep the old connection to it open for
 * good, so only a new connection reaches the server that replaced it.
 */
const WRONG_SERVER = /(?:^|-)(?:READONLY|LOADING|UNBLOCKED|MASTERDOWN|NOREPLICAS)\b/
/** Commands that were sent together get the same error, and one reconnect is enough. */
const RECONNECT_EVERY_MS = 200

/** For ioredis: whether this error of a server means that the connection must be replaced. */
function leavingWrongServer(): (error: Error) => boolean {
  let leftAt = Number.NEGATIVE_INFINITY
  return ({ message }) => {
    const at = performance.now()
    if (!WRONG_SERVER.test(message) || at - leftAt < RECONNECT_EVERY_MS) return false
    leftAt = at
    return true
  }
}

/**
 * Opens a separate connection, from an address or as a duplicate of the application's client. So
 * the time limits and reconnects are ours, and the application's client is left alone.
 */
export function openConnection(options: ConnectionOptions): Connection {
  const client = createClient(options)
  let droppedAt = Number.NEGATIVE_INFINITY
  let isClosed = false
  let isReopened = false
  client.on('error', () => {})
  client.on('ready', () => {
    if (isReopened) options.onReopened?.()
    isReopened = true
  })
  if (isCluster(client)) client.on('+node', letProcessEnd)
  else letProcessEnd(client)

  /** Commands that were sent together time out one after another, and one drop is enough. */
  const drop = (limitMs: number) => {
    if (isClosed || performance.now() - droppedAt < limitMs) return
    droppedAt = performance.now()
    client.disconnect(true)
  }

  return {
    async run(work, limitMs = COMMAND_LIMIT_MS) {
      let callOff = () => {}
      const limit = new Promise<never>((_, reject) => {
        callOff = afterWaiting(limitMs, () => {
          drop(limitMs)
          reject(new RevocationError('timed-out', `Redis did not answer within ${limitMs} ms.`))
        })
      })
      const working = work(client)
      try {
        return await Promise.race([working, limit])
      } catch (cause) {
        throw cause instanceof RevocationError ? cause : failure(cause)
      } finally {
        callOff()
        working.catch(() => {})
      }
    },
    nodes: () => (isCluster(client) ? client.nodes('master') : [client]),
    isCluster: isCluster(client),
    close() {
      isClosed = true
      client.disconnect()
    },
  }
}

/** The error reply of Redis itself, such as `NOPERM …`; `undefined` when Redis did not reply. */
export function replyIn(error: unknown): string | undefined {
  const cause = error instanceof RevocationError ? error.cause : undefined
  return cause instanceof Error && cause.name === 'ReplyError' ? cause.message : undefined
}

const failure = (cause: unknown) => new RevocationError('feed-failed', undefined, { cause })

/** Asks the client, because the application may use another copy of ioredis. */
export const isCluster = (client: Client): client is Cluster => client.isCluster

const letProcessEnd = (client: Redis) => client.on('connect', () => client.stream?.unref?.())

function createClient({ url, options, client }: ConnectionOptions): Client {
  const reconnectOnError = leavingWrongServer()
  if (client && isCluster(client)) {
    return client.duplicate([], {
      enableOfflineQueue: true,
      lazyConnect: false,
      scaleReads: 'master',
      clusterRetryStrategy: ESSENTIAL.retryStrategy,
      redisOptions: {
        ...client.options.redisOptions,
        commandTimeout: ESSENTIAL.commandTimeout,
        disconnectTimeout: ESSENTIAL.disconnectTimeout,
        reconnectOnError,
      },
    })
  }
  if (client) return client.duplicate({ ...ESSENTIAL, reconnectOnError })
  const merged: RedisOptions = { connectTimeout: 2_000, ...options, ...ESSENTIAL, reconnectOnError }
  return url ? new Redis(url, merged) : new Redis(merged)
}
