import type { Cluster, Redis, RedisOptions } from 'ioredis'
import { invalidOption } from '../core/errors.js'
import type { Feed } from '../core/ports.js'
import { requireNames } from '../core/requireOption.js'
import { type FeedLife, openFeed } from './openFeed.js'

export interface RedisFeedOptions {
  /**
   * Where Redis (6.2 or later) or Valkey is: `redis://…` or `rediss://…`. This, `options` or `client`.
   *
   * @default none
   */
  url?: string
  /**
   * More of ioredis' own options (TLS, user, Sentinel, name, …), with `url` or instead of it.
   * Time limits and reconnecting are the feed's own.
   *
   * @default none
   */
  options?: RedisOptions
  /**
   * An ioredis client of the application's, of a single server, Sentinel or Cluster. The feed
   * connects by its settings, over two duplicates of it, and never uses or closes it itself.
   *
   * @default none
   */
  client?: Redis | Cluster
  /**
   * Put before every key. Apps that share a Redis need one each.
   *
   * @default 'revocation:'
   */
  prefix?: string
}

const OPTION_NAMES = Object.keys({
  url: true,
  options: true,
  client: true,
  prefix: true,
} satisfies Record<keyof RedisFeedOptions, true>)

/**
 * Carries revocations over Redis: a key with a TTL for each, which anyone may ask, and a stream
 * that every process follows. Redis is never the only copy; when it lost content (a flush, a
 * restart, a failover to an empty or a lagging replica, eviction) a process with a ledger fills
 * it anew. No command waits for longer than its time limit, whatever became of the connection.
 * Nothing connects before the first use.
 *
 * @throws RevocationError `invalid-option`
 */
export function redisFeed(options: RedisFeedOptions): Required<Feed> {
  validate(options)
  let life: FeedLife = openFeed(options)
  let isClosed = false

  return {
    publish: (revocations, how) => life.publish(revocations, how),
    vouch: (asOf) => life.vouch(asOf),
    prepareToVouch: () => life.prepareToVouch(),
    follow: (by) => life.follow(by),
    refresh: () => life.refresh(),
    rewind: () => life.rewind(),
    find: (subjects, how) => life.find(subjects, how),
    reopen() {
      if (isClosed) life = openFeed(options)
      isClosed = false
    },
    close() {
      isClosed = true
      return life.close()
    },
  }
}

function validate(given: RedisFeedOptions) {
  requireNames(given, OPTION_NAMES)
  const { url, options, client, prefix } = given
  if (!url && !options && !client) throw invalidOption('url', 'given, or `client`, or `options`')
  if (url !== undefined && !/^rediss?:\/\//.test(url)) {
    throw invalidOption('url', 'a redis:// or rediss:// address')
  }
  if (client && (url || options)) throw invalidOption('client', 'given alone, without `url`')
  if (prefix !== undefined && (typeof prefix !== 'string' || prefix === '')) {
    throw invalidOption('prefix', 'a text that is not empty')
  }
}
