import type { Subject } from '../core/revocation.js'

/**
 * The names in Redis: a public contract, so that a service in any language can ask with one
 * command whether a token still counts.
 *
 * | key | type | holds |
 * |---|---|---|
 * | `<prefix>jti:<jti>` | string | the reason; its presence revokes the token |
 * | `<prefix>sid:<sid>` | string | the reason; its presence revokes the session |
 * | `<prefix>user:<collection>:<id>` | string | the cut-off, see `scripts.ts` |
 * | `<prefix>everyone` | string | the cut-off |
 * | `<prefix>log` | stream | every revocation, in the order of arrival |
 * | `<prefix>epoch` | string | changes when Redis lost its content and was filled anew |
 *
 * All but the last two carry a TTL: the remaining life of the longest-lived token they name.
 */
export interface Keys {
  readonly log: string
  readonly epoch: string
  of(subject: Subject): string
}

export const keysWith = (prefix: string): Keys => ({
  log: `${prefix}log`,
  epoch: `${prefix}epoch`,
  of: (subject) => prefix + subject,
})
