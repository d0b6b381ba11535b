import type { Subject } from '../core/revocation.js'

/**
 * The names in Redis: a public contract, so that a service in any language can ask with one
 * command whether a token still counts.
 *
 * | key | type | holds |
 * |---|---|---|
 * | `<prefix>jti:<jti>` | string | the reason; its presence revokes the token. `<reason> <ms>`: from that instant on |
 * | `<prefix>sid:<sid>` | string | the same for the session |
 * | `<prefix>user:<collection>:<id>` | string | the cut-off, see `luaScripts.ts` |
 * | `<prefix>everyone` | string | the cut-off |
 * | `<prefix>log` | stream | every revocation, in the order of arrival, see `logEntry.ts` |
 * | `<prefix>epoch` | string | for which filling of which server the rest is whole, see `epoch.ts` |
 * | `<prefix>heartbeat` | string | up to when all that the ledger held is here, see `heartbeat.ts` |
 * | `<prefix>refilling` | string | who fills Redis just now |
 * | `<prefix>restocking` | string | somebody wrote the keys anew in the last ten seconds |
 *
 * Whoever takes presence alone for an answer errs on the safe side: a token that was refreshed is
 * then refused at once, and not after the grace.
 *
 * All but the log and the epoch carry a TTL; that of a revocation is the remaining life of the
 * longest-lived token it names. Every command names one key, so the keys may lie on different
 * nodes of a Cluster. A prefix with a hash tag (`{revocation}:`) keeps them on one, which direct
 * look-ups need there (`lookup.ts`).
 *
 * A user (ACL) that only follows and asks needs `GET`, `PTTL`, `XREAD` and `XRANGE` on these keys,
 * and `TIME`; one that revokes also `SET`, `EVAL`, `DEL`, `PEXPIRE`, `XADD` and `XTRIM`. `INFO` (and `EVAL`)
 * lets either see that another server answers and that keys are evicted; without, both are
 * noticed by what is missing in the log alone.
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
