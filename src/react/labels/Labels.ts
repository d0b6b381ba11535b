import type { SignOutReason } from '../signOutReason.js'

/** Every text of the components, in one language. `{…}` is replaced. */
export interface Labels {
  /** For dates and times (BCP 47). */
  locale: string
  signedOut: {
    title: string
    logIn: string
    /** Why, in words that tell nothing about anybody else. */
    reasons: Readonly<Record<SignOutReason, string>>
  }
}
