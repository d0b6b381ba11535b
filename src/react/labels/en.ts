import type { Labels } from './Labels.js'

export const en: Labels = {
  locale: 'en',
  signedOut: {
    title: 'You have been signed out',
    logIn: 'Log in',
    reasons: {
      logout: 'You signed out in another tab or on another device.',
      'password-changed': 'Your password was changed. Log in with the new one.',
      'password-reset': 'Your password was reset. Log in with the new one.',
      'user-deleted': 'This account was removed.',
      'user-disabled': 'This account was changed or is no longer active.',
      admin: 'An administrator ended your session.',
      'reuse-detected':
        'Your session was used in two places, so it was ended to protect your account.',
      'session-limit': 'You signed in on other devices, and this was the oldest session.',
      'session-over': 'Your session reached its longest duration.',
      idle: 'You were away for a while.',
      expired: 'Your session has expired.',
      ended: 'Your session has ended.',
    },
  },
}
