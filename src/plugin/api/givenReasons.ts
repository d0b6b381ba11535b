import type { Reason } from '../../core/revocation.js'

/** The reasons that a person may give; the others are facts that the plugin itself finds. */
export const GIVEN_REASONS = [
  'admin',
  'logout',
  'password-changed',
  'password-reset',
  'user-deleted',
  'user-disabled',
] as const satisfies readonly Reason[]
