export { createGuard, type Guard, type GuardOptions } from './createGuard.js'
