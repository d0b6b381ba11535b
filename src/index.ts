export { RevocationError, type RevocationErrorCode } from './core/errors.js'
export type { Credential } from './core/extractToken.js'
export type { Feed, Follower, Lookup, PublishOptions } from './core/ports.js'
export type { RefusedScope } from './core/refusal.js'
export type { Reason, Revocation, Scope, Subject } from './core/revocation.js'
export type { Target, TargetUser } from './core/target.js'
export type { TokenEnd } from './core/watching.js'
export { onTokenRevoked } from './plugin/api/onTokenRevoked.js'
export { type Revocations, type RevokeDetails, revocations } from './plugin/api/revocations.js'
export type {
  RefusedEvent,
  ReuseEvent,
  RevocationHooks,
  RevokeEvent,
} from './plugin/config/hooks.js'
export type {
  IdentityProviderOptions,
  LogoutTargets,
  ProviderLogout,
} from './plugin/config/identityProviders.js'
export type { LiveOptions } from './plugin/config/liveLimits.js'
export type {
  AccountChange,
  JwtRevocationOptions,
  SessionLimitsOptions,
  SessionRecordsOptions,
} from './plugin/config/options.js'
export type { ServiceOptions } from './plugin/config/services.js'
export { type LinkSessionOptions, linkSession } from './plugin/identityProviders/linkSession.js'
export { jwtRevocation } from './plugin/jwtRevocation.js'
export { isPasswordOf } from './plugin/request/isPasswordOf.js'
export type { SessionListOptions } from './plugin/sessions/userSessions.js'
export type { RevocationPage, RevocationQuery } from './plugin/storage/listRevocations.js'
export type { PurgeCounts } from './plugin/storage/purge.js'
export { type IssuedToken, type IssueTokenOptions, issueToken } from './plugin/tokens/issueToken.js'
export type { SessionDoc } from './wire/sessionDoc.js'
