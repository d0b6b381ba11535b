import type { Cluster, Redis, RedisOptions } from 'ioredis'
import { invalidOption } from '../core/errors.js'
import type { Feed } from '../core/ports.js'
import { requireNames } from '../core/requireOption.js'
import { briefFeed } from './briefFeed.js'
import { type FeedLife, openFeed } from './openFeed.js'

export interface RedisFeedOptions {
  /**
   * The address of Redis (6.2 or later) or Valkey: `redis://…` or `rediss://…`. Give this,
   * `options` or `client`.
   *
   * @default none
   */
  url?: string
  /**
   * More options of ioredis (TLS, user, Sentinel, name, …), with `url` or instead of it. The feed
   * sets time limits and reconnects itself.
   *
   * @default none
   */
  options?: RedisOptions
  /**
   * An ioredis client of the application: a single server, Sentinel or Cluster. The feed duplicates
   * it twice and connects with its settings. It never uses or closes the client itself.
   *
   * @default none
   */
  client?: Redis | Cluster
  /**
   * The start of every key. Apps that share a Redis need different prefixes.
   *
   * @default 'revocation:'
   */
  prefix?: string
  /**
   * `false`: every look-up opens a connection and closes it. For runtimes in which a socket belongs
   * to one request, such as Cloudflare Workers. Such a feed can only be asked: it needs `strict` of
   * the verifier or the guard, and cannot be the feed of the plugin.
   *
   * @default true
   */
  keepConnection?: boolean
}

const DEFAULT_PREFIX = 'revocation:'

const OPTION_NAMES = Object.keys({
  url: true,
  options: true,
  client: true,
  prefix: true,
  keepConnection: true,
} satisfies Record<keyof RedisFeedOptions, true>)

/**
 * Carries revocations over Redis: one key with a TTL for each revocation, which any service can
 * read, and one stream that every process follows. Redis is never the only copy. When it has lost
 * content (a flush, a restart, a failover to an empty or lagging replica, eviction), a process with
 * a ledger refills it. Every command has a time limit, whatever happens to the connection. Nothing
 * connects before the first use.
 *
 * @throws RevocationError `invalid-option`
 */
export function redisFeed(options: RedisFeedOptions): Required<Omit<Feed, 'isOnDemand'>> {
  validate(options)
  const { keepConnection = true, prefix = DEFAULT_PREFIX, ...address } = options
  const settings = { ...address, prefix }
  if (!keepConnection) return briefFeed(settings)
  let life: FeedLife = openFeed(settings)
  let isClosed = false

  return {
    canBeFollowed: true,
    publish: (revocations, how) => life.publish(revocations, how),
    vouch: (asOf) => life.vouch(asOf),
    prepareToVouch: () => life.prepareToVouch(),
    follow: (by) => life.follow(by),
    refresh: () => life.refresh(),
    rewind: () => life.rewind(),
    find: (subjects, how) => life.find(subjects, how),
    reopen() {
      if (isClosed) life = openFeed(settings)
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
  const { url, options, client, prefix, keepConnection = true } = given
  if (!url && !options && !client) throw invalidOption('url', 'given, or `client`, or `options`')
  if (url !== undefined && !/^rediss?:\/\//.test(url)) {
    throw invalidOption('url', 'a redis:// or rediss:// address')
  }
  if (client && (url || options)) throw invalidOption('client', 'given alone, without `url`')
  if (prefix !== undefined && (typeof prefix !== 'string' || prefix === '')) {
    throw invalidOption('prefix', 'a non-empty string')
  }
  if (typeof keepConnection !== 'boolean') throw invalidOption('keepConnection', 'true or false')
}
