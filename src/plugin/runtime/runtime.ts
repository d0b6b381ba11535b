import type { PayloadRequest } from 'payload'
import type { Ledger, Logger } from '../../core/ports.js'
import type { SharedRuntime } from '../../core/sharedRuntime.js'
import type { Settings } from '../config/settings.js'
import type { SessionActivity } from '../storage/sessionActivity.js'
import type { UserRef } from '../storage/sessionQueries.js'
import type { SessionStore } from '../storage/sessionStore.js'

/** What the parts of the plugin share for one Payload instance. */
export interface Runtime extends SharedRuntime {
  readonly ledger: Ledger
  readonly settings: Settings
  /** `undefined` when no session records are kept. */
  readonly sessions: SessionStore | undefined
  /** `undefined` when the last use of sessions is not recorded. */
  readonly activity: SessionActivity | undefined
  /** Deletes what is stored about a deleted user, in the transaction of `req` if there is one. */
  forgetUser(user: UserRef, req: Pick<PayloadRequest, 'transactionID'>): Promise<void>
  readonly logger: Logger
  readonly logRefusal: NonNullable<SharedRuntime['logRefusal']>
}
