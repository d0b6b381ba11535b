import type { Revocation, Subject } from '../../core/revocation.js'

/** What a logout by an identity provider leaves in the ledger beside the revocations. */
type MarkKind = 'logout-token' | 'idp-session'

/**
 * The subject of a mark: a logout token that was used, or a session of the provider that is over. It
 * has the form of a token's revocation, so it is durable, expires and is purged as they are.
 */
export const logoutMark = (kind: MarkKind, name: string): Subject => `jti:${kind}:${name}`

/** Whether it is such a mark, which ends no token of ours. */
export const isLogoutMark = ({ subject }: Pick<Revocation, 'subject'>): boolean =>
  /^jti:(?:logout-token|idp-session):/.test(subject)
