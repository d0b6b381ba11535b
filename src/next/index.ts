export type { Credential } from '../core/credential.js'
export type { TokenEnd } from '../core/watching.js'
export { createGuard, type Guard, type GuardOptions } from './createGuard.js'
