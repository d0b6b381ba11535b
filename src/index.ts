export type { Credential } from './core/credential.js'
export { RevocationError, type RevocationErrorCode } from './core/errors.js'
export type { Feed } from './core/ports.js'
export type { RefusedScope } from './core/refusal.js'
export type { Reason, Revocation, Scope, Subject } from './core/revocation.js'
export type { TokenEnd } from './core/watching.js'
export type { Explainable } from './plugin/explain.js'
export type { RefusedEvent, ReuseEvent, RevocationHooks, RevokeEvent } from './plugin/hooks.js'
export { isPasswordOf } from './plugin/isPasswordOf.js'
export { jwtRevocation } from './plugin/jwtRevocation.js'
export type { ListQuery, RevocationPage } from './plugin/listRevocations.js'
export type { LiveOptions } from './plugin/liveSettings.js'
export { onTokenRevoked } from './plugin/onTokenRevoked.js'
export type {
  AccountChange,
  JwtRevocationOptions,
  SessionLimitsOptions,
  SessionRecordsOptions,
} from './plugin/options.js'
export type { PurgeCounts } from './plugin/purge.js'
export { type Details, type Revocations, revocations } from './plugin/revocations.js'
export type { ListOptions, SessionDoc } from './plugin/sessions.js'
