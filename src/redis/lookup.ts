import { RevocationError } from '../core/errors.js'
import type { Feed } from '../core/ports.js'
import { CLOCK_TOLERANCE_MS, type Revocation, type Subject, scopeOf } from '../core/revocation.js'
import { uuidv7 } from '../core/uuidv7.js'
import type { Connection } from './connection.js'
import { readEpoch } from './epoch.js'
import type { EvictionWatch } from './evictionWatch.js'
import { ageOf, readHeartbeat } from './heartbeat.js'
import type { Keys } from './keys.js'

export interface LookupOptions {
  connection: Connection
  keys: Keys
  eviction: EvictionWatch
}

/**
 * Asks Redis about single subjects. It sends one `GET` per subject together with a few commands for
 * the epoch and the heartbeat.
 *
 * It rejects when a missing key proves nothing: Redis is not complete, no process with a ledger has
 * vouched for it lately, it may evict keys, or the keys are spread over several nodes of a Cluster,
 * of which the epoch covers only one (a prefix with a hash tag avoids that). A key contains only
 * what the verdict needs. The id and time of a result are made up when it is read, and the reason
 * of a cut-off is unknown.
 */
export function createLookup({
  connection,
  keys,
  eviction,
}: LookupOptions): Required<Pick<Feed, 'find'>> {
  return {
    async find(subjects, { maxStaleness } = {}) {
      if (connection.isCluster && !/\{[^}]+\}/.test(keys.epoch)) {
        throw new RevocationError('feed-needs-hash-tag')
      }
      await eviction.look()
      if (eviction.mayEvict)
        throw new RevocationError('feed-incomplete', 'Redis may have evicted revocations.')
      const wanted = [...new Set(subjects)]
      const [heartbeat, [before, values, after]] = await Promise.all([
        maxStaleness === undefined ? undefined : readHeartbeat(connection, keys),
        connection.run((client) =>
          Promise.all([
            readEpoch(client, keys.epoch),
            Promise.all(wanted.map((subject) => client.get(keys.of(subject)))),
            client.get(keys.epoch),
          ]),
        ),
      ])
      if (!before.epoch || before.text !== after) {
        throw new RevocationError('feed-incomplete')
      }
      if (heartbeat) {
        const { beat, times } = heartbeat
        const ageMs = beat && ageOf(beat, times)
        const isFresh = ageMs !== undefined && ageMs <= (maxStaleness ?? 0) * 1_000
        if (!isFresh || beat?.mark !== before.epoch.mark) {
          throw new RevocationError('feed-not-vouched')
        }
      }
      const hits = wanted.flatMap((subject, i) => {
        const value = values[i]
        return value == null ? [] : [{ subject, value }]
      })
      const now = Date.now()
      const found = hits.map(async ({ subject, value }) => {
        const ttlMs = await connection.run((client) => client.pttl(keys.of(subject)))
        // The key just expired, or somebody removed its TTL. The index must keep the revocation
        // anyway.
        const expiresAt = now + Math.max(ttlMs, CLOCK_TOLERANCE_MS)
        return fromKey({ subject, value, expiresAt, now })
      })
      return (await Promise.all(found)).flat()
    },
  }
}

interface Found {
  subject: Subject
  value: string
  expiresAt: number
  now: number
}

/** A cut-off that spares a session becomes two. `luaScripts.ts` describes the value. */
function fromKey({ subject, value, expiresAt, now }: Found): Revocation[] {
  const scope = scopeOf(subject)
  const base = { scope, subject, expiresAt, revokedAt: now }
  if (scope === 'token' || scope === 'session') {
    const [reason, later] = value.split(' ')
    const effectiveAt = later !== undefined && { effectiveAt: Number(later) }
    return [{ ...base, ...effectiveAt, id: uuidv7(now), reason: reason as Revocation['reason'] }]
  }
  const [, latest, spared, other] = /^(\d+)(?: (\S+) (\d+))?$/.exec(value) ?? []
  if (latest === undefined)
    throw new RevocationError(
      'feed-unreadable',
      `the key of a ${scope} does not contain a cut-off.`,
    )
  const cutoffs = [
    { cutoff: Number(latest), ...(spared && { exceptSession: decodeURIComponent(spared) }) },
    ...(Number(other ?? 0) > 0 ? [{ cutoff: Number(other) }] : []),
  ]
  return cutoffs.map((cutoff) => ({ ...base, ...cutoff, id: uuidv7(now), reason: 'admin' }))
}
