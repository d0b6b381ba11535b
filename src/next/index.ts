export type { Credential } from '../core/extractToken.js'
export type { TokenEnd } from '../core/watching.js'
export { createGuard, type Guard } from './createGuard.js'
export type { GuardOptions } from './guardOptions.js'
