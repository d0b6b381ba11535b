import { type Cluster, Redis, type RedisOptions } from 'ioredis'
import { invalidOption } from '../core/errors.js'
import type { Feed, Follower } from '../core/ports.js'
import { repeat } from '../core/repeat.js'
import { CLOCK_TOLERANCE_MS, type Revocation } from '../core/revocation.js'
import { uuidv7 } from '../core/uuidv7.js'
import { keysWith } from './keys.js'
import { fromLogEntry, toLogEntry } from './logEntry.js'
import { PUT_CUTOFF, PUT_WHOLE } from './scripts.js'

export interface RedisFeedOptions {
  /** Where Redis or Valkey (6.2 or later) is: `redis://…` or `rediss://…`. This or `client`. */
  url?: string
  /** More of ioredis' own options (TLS, Sentinel, name, …), with `url` or instead of it. */
  options?: RedisOptions
  /**
   * An ioredis client of the application's. It is used for commands and never closed; the
   * stream is read over a duplicate of it.
   */
  client?: Redis | Cluster
  /** Put before every key. Default `revocation:`. Apps that share a Redis need one each. */
  prefix?: string
}

/** How long one reading of the stream waits for news, in milliseconds. */
const BLOCK_MS = 500
const PAGE = 1_000
const RETRY_MS = 250
const COMMAND_TIMEOUT_MS = 1_000

/**
 * Carries revocations over Redis: a key with a TTL for each, which anyone may ask, and a stream
 * that every process follows. Redis is never the only copy; when it lost its content (a flush,
 * a restart, a failover to an empty replica) the first process with a ledger fills it anew.
 * Nothing connects before the first use.
 *
 * @throws RevocationError `invalid-option`
 */
export function redisFeed(options: RedisFeedOptions): Feed {
  const { prefix = 'revocation:', ...connection } = options
  validate(options)
  const keys = keysWith(prefix)
  let connected: { commands: Redis | Cluster; reader: Redis | Cluster } | undefined
  let follower: Follower | undefined
  let epoch: string | undefined
  let cursor = '0-0'
  let isClosed = false

  const connect = () => {
    if (isClosed) throw new Error('The feed is closed')
    connected ??= open(connection)
    return connected
  }

  const put = (revocation: Revocation): Promise<unknown> => {
    const ttlMs = Math.ceil(revocation.expiresAt - Date.now())
    if (ttlMs <= 0) return Promise.resolve()
    const key = keys.of(revocation.subject)
    const { commands } = connect()
    const spared = encodeURIComponent(revocation.exceptSession ?? '')
    return revocation.cutoff === undefined
      ? commands.eval(PUT_WHOLE, 1, key, revocation.reason, ttlMs)
      : commands.eval(PUT_CUTOFF, 1, key, revocation.cutoff, spared, ttlMs)
  }

  const appendToLog = (fields: string[]) => {
    const retentionMs = follower?.retentionMs ?? Number.POSITIVE_INFINITY
    const oldest = Math.max(0, Date.now() - retentionMs - CLOCK_TOLERANCE_MS)
    return connect().commands.xadd(keys.log, 'MINID', '~', Math.floor(oldest), '*', ...fields)
  }

  const publish = async (revocations: readonly Revocation[]) => {
    await Promise.all(revocations.flatMap((each) => [put(each), appendToLog(toLogEntry(each))]))
  }

  /** Hands over everything after the cursor; waits for news when there is nothing yet. */
  const readOn = async (blockMs: number) => {
    const { reader } = connect()
    for (let isFirst = true; ; isFirst = false) {
      const wait = isFirst && blockMs > 0 ? (['BLOCK', blockMs] as const) : []
      const answer = await reader.call('xread', 'COUNT', PAGE, ...wait, 'STREAMS', keys.log, cursor)
      const entries = entriesOf(answer)
      follower?.learn(entries.map(([, fields]) => fromLogEntry(fields)).filter((each) => !!each))
      cursor = entries.at(-1)?.[0] ?? cursor
      if (entries.length < PAGE) return
    }
  }

  /**
   * Fills an emptied Redis from the ledger. The epoch is set last, and only stays when the mark
   * written first is still there: a flush in between means that the filling was cut short.
   */
  const refill = async (restore: NonNullable<Follower['restore']>) => {
    const { commands } = connect()
    const mark = uuidv7(Date.now())
    const markId = (await appendToLog(['epoch', mark])) ?? ''
    for await (const page of restore()) await publish(page)
    const isWhole = async () => {
      const [entry] = await commands.xrange(keys.log, markId, markId)
      // After a flush another entry can get the same id, within the same millisecond.
      return entry?.[1].includes(mark) ?? false
    }
    const isMine = (await isWhole()) && (await commands.set(keys.epoch, mark, 'NX')) !== null
    if (await isWhole()) return
    if (isMine) await commands.del(keys.epoch)
    throw new Error('Redis lost its content while it was being filled')
  }

  const turn = async () => {
    const asOf = Date.now()
    await readOn(epoch === undefined ? 0 : BLOCK_MS)
    const current = await connect().commands.get(keys.epoch)
    if (current === null) {
      if (!follower?.restore) throw new Error('Redis holds no complete denylist')
      await refill(follower.restore)
    } else if (current === epoch) {
      follower?.complete(asOf)
    } else {
      epoch = current
      cursor = '0-0'
    }
  }

  const loop = repeat(turn, {
    intervalMs: 0,
    retryMs: RETRY_MS,
    onOutcome: (error) => follower?.report(error),
  })

  return {
    publish,
    follow(by) {
      follower = by
      loop.start()
    },
    async refresh() {
      const isFirst = epoch === undefined
      await loop.now()
      if (isFirst) await loop.now()
    },
    async close() {
      isClosed = true
      connected?.reader.disconnect()
      if (connected && !options.client) connected.commands.disconnect()
      await loop.stop()
    },
  }
}

function validate({ url, options, client, prefix }: RedisFeedOptions) {
  if (!url && !options && !client) throw invalidOption('url', 'given, or `client`, or `options`')
  if (url !== undefined && !/^rediss?:\/\//.test(url)) {
    throw invalidOption('url', 'a redis:// or rediss:// address')
  }
  if (client && (url || options)) throw invalidOption('client', 'given alone, without `url`')
  if (prefix !== undefined && (typeof prefix !== 'string' || prefix === '')) {
    throw invalidOption('prefix', 'a text that is not empty')
  }
}

function open({ url, options, client }: RedisFeedOptions) {
  const commands = client ?? createClient(url, options)
  const reader =
    client instanceof Redis || !client
      ? (commands as Redis).duplicate({ commandTimeout: BLOCK_MS + COMMAND_TIMEOUT_MS })
      : client.duplicate()
  for (const each of client ? [reader] : [commands, reader]) {
    each.on('error', () => {})
    if (each instanceof Redis) each.on('connect', () => each.stream.unref())
  }
  return { commands, reader }
}

const createClient = (url: string | undefined, options: RedisOptions | undefined): Redis => {
  const merged: RedisOptions = {
    commandTimeout: COMMAND_TIMEOUT_MS,
    connectTimeout: 2_000,
    maxRetriesPerRequest: 1,
    ...options,
  }
  return url ? new Redis(url, merged) : new Redis(merged)
}

type Entry = [id: string, fields: string[]]

/** By stream: a list of pairs, or an object where the client has `replyMapping: 'resp3'`. */
const entriesOf = (answer: unknown): Entry[] => {
  const byStream = Array.isArray(answer) ? Object.fromEntries(answer) : (answer ?? {})
  return (Object.values(byStream) as Entry[][])[0] ?? []
}
