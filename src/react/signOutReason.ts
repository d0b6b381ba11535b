/**
 * Why somebody was signed out, as far as a browser is told: a fixed word, never text from
 * elsewhere. `ended` says nothing.
 */
const SIGN_OUT_REASONS = [
  'logout',
  'password-changed',
  'password-reset',
  'user-deleted',
  'user-disabled',
  'admin',
  'reuse-detected',
  'session-limit',
  'session-over',
  'idle',
  'expired',
  'ended',
] as const

export type SignOutReason = (typeof SIGN_OUT_REASONS)[number]

/** Anything that is not one of the words is `ended`. */
export const toSignOutReason = (value: unknown): SignOutReason =>
  SIGN_OUT_REASONS.find((reason) => reason === value) ?? 'ended'
