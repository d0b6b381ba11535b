import type { Reason } from '../../core/revocation.js'

/** The reasons that a person may give. The plugin itself finds out the others. */
export const GIVEN_REASONS = [
  'admin',
  'logout',
  'password-changed',
  'password-reset',
  'user-deleted',
  'user-disabled',
] as const satisfies readonly Reason[]
