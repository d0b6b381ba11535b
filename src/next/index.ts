export type { Credential } from '../core/credential.js'
export type { TokenEnd } from '../core/watching.js'
export { createGuard, type Guard } from './createGuard.js'
export type { GuardOptions } from './guardOptions.js'
