import type { Labels } from './Labels.js'

export const es: Labels = {
  locale: 'es',
  signedOut: {
    title: 'Se ha cerrado tu sesión',
    logIn: 'Iniciar sesión',
    reasons: {
      logout: 'Cerraste la sesión en otra pestaña o en otro dispositivo.',
      'password-changed': 'Tu contraseña se ha cambiado. Inicia sesión con la nueva.',
      'password-reset': 'Tu contraseña se ha restablecido. Inicia sesión con la nueva.',
      'user-deleted': 'Esta cuenta se ha eliminado.',
      'user-disabled': 'Esta cuenta ha cambiado o ya no está activa.',
      admin: 'Un administrador ha cerrado tu sesión.',
      'reuse-detected': 'Tu sesión se usó en dos lugares y se ha cerrado para proteger tu cuenta.',
      'session-limit': 'Iniciaste sesión en otros dispositivos y esta era la sesión más antigua.',
      'session-over': 'Tu sesión ha alcanzado su duración máxima.',
      idle: 'Has estado un tiempo sin actividad.',
      expired: 'Tu sesión ha caducado.',
      ended: 'Tu sesión ha terminado.',
    },
  },
}
