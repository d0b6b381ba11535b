import { RevocationError } from '../core/errors.js'
import type { Feed } from '../core/ports.js'
import { type ConnectionOptions, openConnection } from './connection.js'
import { createEvictionWatch } from './evictionWatch.js'
import { keysWith } from './keys.js'
import { createLookup } from './lookup.js'

/**
 * A feed that can only be asked. Every look-up opens a connection and closes it, so nothing outlives
 * the request that needed it.
 */
export function briefFeed({
  prefix,
  ...options
}: ConnectionOptions & { prefix: string }): Required<Omit<Feed, 'isOnDemand'>> {
  const keys = keysWith(prefix)
  const refuse = async () => {
    throw new RevocationError('feed-not-followed', NOT_FOLLOWED)
  }

  return {
    canBeFollowed: false,
    async find(subjects, how) {
      const connection = openConnection(options)
      try {
        const eviction = createEvictionWatch({ connection, warn() {} })
        return await createLookup({ connection, keys, eviction }).find(subjects, how)
      } finally {
        connection.close()
      }
    },
    follow() {
      throw new RevocationError('feed-not-followed', NOT_FOLLOWED)
    },
    publish: refuse,
    vouch: refuse,
    prepareToVouch: refuse,
    refresh: refuse,
    rewind() {},
    reopen() {},
    async close() {},
  }
}

const NOT_FOLLOWED = 'a feed with `keepConnection: false` can be asked, but not followed.'
