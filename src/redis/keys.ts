import type { Subject } from '../core/revocation.js'

/**
 * The names of the keys in Redis. They are a public contract: a service in any language can ask with
 * one command whether a token is revoked.
 *
 * | key | type | holds |
 * |---|---|---|
 * | `<prefix>jti:<jti>` | string | the reason. The token is revoked if the key exists. `<reason> <ms>`: from that instant on |
 * | `<prefix>sid:<sid>` | string | the same for the session |
 * | `<prefix>user:<collection>:<id>` | string | the cut-off, see `luaScripts.ts` |
 * | `<prefix>everyone` | string | the cut-off |
 * | `<prefix>log` | stream | every revocation, in the order of arrival, see `logEntry.ts` |
 * | `<prefix>epoch` | string | for which filling of which server the other keys are complete, see `epoch.ts` |
 * | `<prefix>heartbeat` | string | until when Redis contains everything in the ledger, see `heartbeat.ts` |
 * | `<prefix>refilling` | string | which process is refilling Redis |
 * | `<prefix>restocking` | string | the keys were rewritten in the last ten seconds |
 *
 * A service may check only whether the key exists. That is safe: it then refuses a refreshed token
 * at once instead of after the grace period.
 *
 * All keys but the log and the epoch have a TTL. The TTL of a revocation is the remaining life of
 * the longest-lived token it names. On a Cluster every command names one key, so the keys may lie on
 * different nodes; only a single server gets scripts for many keys. A prefix with a hash tag
 * (`{revocation}:`) keeps them on one node. Direct look-ups on a Cluster need that (`lookup.ts`).
 *
 * A Redis user (ACL) that only reads needs `GET`, `PTTL`, `XREAD` and `XRANGE` on these keys, and
 * `TIME`. A user that revokes also needs `SET`, `EVAL`, `DEL`, `PEXPIRE`, `XADD` and `XTRIM`. With
 * `INFO` (and `EVAL`) either of them notices that another server answers and that keys were
 * evicted. Without it, only missing log entries show that. With `EVAL` a long log is read sooner.
 */
export interface Keys {
  readonly log: string
  readonly epoch: string
  readonly heartbeat: string
  readonly refilling: string
  readonly restocking: string
  of(subject: Subject): string
}

export const keysWith = (prefix: string): Keys => ({
  log: `${prefix}log`,
  epoch: `${prefix}epoch`,
  heartbeat: `${prefix}heartbeat`,
  refilling: `${prefix}refilling`,
  restocking: `${prefix}restocking`,
  of: (subject) => prefix + subject,
})
