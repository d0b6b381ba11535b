export { LiveLogout, type LiveLogoutProps } from '../react/LiveLogout/index.js'
export type { Labels } from '../react/labels/Labels.js'
export { labels, labelsFor } from '../react/labels/labelsFor.js'
export { SignedOutNotice, type SignedOutNoticeProps } from '../react/SignedOutNotice/index.js'
export type { SessionCallOutcome, SessionDoc } from '../react/sessionsApi.js'
export type { SignOutReason } from '../react/signOutReason.js'
export {
  type RevocationOptions,
  type RevocationState,
  useRevocation,
} from '../react/useRevocation.js'
export { type OwnSessions, type SessionsOptions, useSessions } from '../react/useSessions.js'
export { useSignedOutReason } from '../react/useSignedOutReason.js'
export { YourDevices, type YourDevicesProps } from '../react/YourDevices/index.js'
