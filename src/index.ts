export { RevocationError, type RevocationErrorCode } from './core/errors.js'
export type { Feed } from './core/ports.js'
export { jwtRevocation } from './plugin/jwtRevocation.js'
export type { AccountChange, JwtRevocationOptions } from './plugin/options.js'
