import type { SignOutReason } from '../signOutReason.js'

/** Every text of the components, in one language. `{…}` is replaced. */
export interface Labels {
  /** For dates and times (BCP 47). */
  locale: string
  signedOut: {
    title: string
    logIn: string
    /** On a page with unsaved changes. */
    unsaved: string
    /** Copies what was typed there. */
    copy: string
    copied: string
    /** Shown above the text, where a browser does not let it be copied. */
    notCopied: string
    /** Why, in words that tell nothing about anybody else. */
    reasons: Readonly<Record<SignOutReason, string>>
  }
  devices: {
    title: string
    loading: string
    failed: string
    retry: string
    unknownDevice: string
    thisDevice: string
    /** `{when}` is a relative time, such as "5 minutes ago". */
    lastActive: string
    now: string
    /** `{date}` is a date. */
    signedIn: string
    rename: string
    /** Read out in place of `rename`; `{device}` is its name. */
    renameDevice: string
    name: string
    save: string
    cancel: string
    /** Said when it was renamed; `{device}` is the new name. */
    renamed: string
    end: string
    /** Read out in place of `end`, and asked before it; `{device}` is its name. */
    endDevice: string
    endDeviceText: string
    ended: string
    endOthers: string
    endOthersText: string
    othersEnded: string
    noOthers: string
    password: string
    passwordNeeded: string
    passwordWrong: string
    actionFailed: string
  }
}
