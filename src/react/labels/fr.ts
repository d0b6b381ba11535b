import type { Labels } from './Labels.js'

export const fr: Labels = {
  locale: 'fr',
  signedOut: {
    title: 'Vous avez été déconnecté',
    logIn: 'Se connecter',
    reasons: {
      logout: 'Vous vous êtes déconnecté dans un autre onglet ou sur un autre appareil.',
      'password-changed': 'Votre mot de passe a été modifié. Connectez-vous avec le nouveau.',
      'password-reset': 'Votre mot de passe a été réinitialisé. Connectez-vous avec le nouveau.',
      'user-deleted': 'Ce compte a été supprimé.',
      'user-disabled': 'Ce compte a été modifié ou n’est plus actif.',
      admin: 'Un administrateur a mis fin à votre session.',
      'reuse-detected':
        'Votre session a été utilisée à deux endroits ; elle a été fermée pour protéger votre compte.',
      'session-limit':
        'Vous vous êtes connecté sur d’autres appareils, et cette session était la plus ancienne.',
      'session-over': 'Votre session a atteint sa durée maximale.',
      idle: 'Vous êtes resté inactif un certain temps.',
      expired: 'Votre session a expiré.',
      ended: 'Votre session est terminée.',
    },
  },
}
