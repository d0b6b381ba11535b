import type { Labels } from './Labels.js'

export const de: Labels = {
  locale: 'de',
  signedOut: {
    title: 'Sie wurden abgemeldet',
    logIn: 'Anmelden',
    reasons: {
      logout: 'Sie haben sich in einem anderen Tab oder auf einem anderen Gerät abgemeldet.',
      'password-changed': 'Ihr Passwort wurde geändert. Melden Sie sich mit dem neuen an.',
      'password-reset': 'Ihr Passwort wurde zurückgesetzt. Melden Sie sich mit dem neuen an.',
      'user-deleted': 'Dieses Konto wurde entfernt.',
      'user-disabled': 'Dieses Konto wurde geändert oder ist nicht mehr aktiv.',
      admin: 'Ein Administrator hat Ihre Sitzung beendet.',
      'reuse-detected':
        'Ihre Sitzung wurde an zwei Orten benutzt und zum Schutz Ihres Kontos beendet.',
      'session-limit':
        'Sie haben sich auf anderen Geräten angemeldet, und dies war die älteste Sitzung.',
      'session-over': 'Ihre Sitzung hat ihre längste Dauer erreicht.',
      idle: 'Sie waren eine Weile nicht aktiv.',
      expired: 'Ihre Sitzung ist abgelaufen.',
      ended: 'Ihre Sitzung wurde beendet.',
    },
  },
}
