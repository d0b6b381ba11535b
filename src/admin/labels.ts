import type { RefusedScope } from '../core/refusal.js'
import type { TranslationKey } from '../translations/Strings.js'
import type { RevocationDoc } from '../wire/revocationDoc.js'
import type { Translate } from './stringsFor.js'

const SCOPE_KEYS: Record<RefusedScope, TranslationKey> = {
  token: 'scopeToken',
  session: 'scopeSession',
  user: 'scopeUser',
  everyone: 'scopeEveryone',
  idle: 'scopeSession',
  'session-over': 'scopeSession',
  'too-old': 'scopeToken',
}

/** Those of the ledger, and why a session or a request ended beside them. */
export const REASON_KEYS: Readonly<Record<string, TranslationKey>> = {
  logout: 'reasonLogout',
  admin: 'reasonAdmin',
  'password-changed': 'reasonPasswordChanged',
  'password-reset': 'reasonPasswordReset',
  'user-deleted': 'reasonUserDeleted',
  'user-disabled': 'reasonUserDisabled',
  rotated: 'reasonRotated',
  replaced: 'reasonReplaced',
  'reuse-detected': 'reasonReuseDetected',
  'session-limit': 'reasonSessionLimit',
  'account-locked': 'reasonAccountLocked',
  'change-begun': 'reasonChangeBegun',
  lifted: 'reasonLifted',
  expired: 'reasonExpired',
  idle: 'reasonIdle',
  'session-over': 'reasonSessionOver',
  'too-old': 'reasonTooOld',
}

/** An unknown one, of a later release, is shown as it is. */
export const scopeLabel = (scope: string, t: Translate): string =>
  isScope(scope) ? t(SCOPE_KEYS[scope]) : scope

export const reasonLabel = (reason: string | null | undefined, t: Translate): string => {
  if (!reason) return '–'
  const key = REASON_KEYS[reason]
  return key ? t(key) : reason
}

const isScope = (scope: string): scope is RefusedScope => scope in SCOPE_KEYS

export type RowState = 'in-force' | 'pending' | 'expired' | 'lifted' | 'lift'

/** A row of the ledger as Payload's own views have it: what is empty may be missing. */
export type RevocationRow = Partial<RevocationDoc> &
  Pick<RevocationDoc, 'id' | 'scope' | 'subject' | 'reason' | 'expiresAt'>

/** Whether a row of the ledger still refuses anything. */
export function stateOf(
  { expiresAt, effectiveAt, lifts }: RevocationRow,
  { isLifted, now }: { isLifted: boolean; now: number },
): RowState {
  if (lifts) return 'lift'
  if (isLifted) return 'lifted'
  if (Date.parse(expiresAt) <= now) return 'expired'
  return effectiveAt && Date.parse(effectiveAt) > now ? 'pending' : 'in-force'
}
