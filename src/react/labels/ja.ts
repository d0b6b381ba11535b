import type { Labels } from './Labels.js'

export const ja: Labels = {
  locale: 'ja',
  signedOut: {
    title: 'ログアウトしました',
    logIn: 'ログイン',
    reasons: {
      logout: '別のタブまたは別の端末でログアウトしました。',
      'password-changed': 'パスワードが変更されました。新しいパスワードでログインしてください。',
      'password-reset': 'パスワードがリセットされました。新しいパスワードでログインしてください。',
      'user-deleted': 'このアカウントは削除されました。',
      'user-disabled': 'このアカウントは変更されたか、無効になりました。',
      admin: '管理者がセッションを終了しました。',
      'reuse-detected': 'セッションが2か所で使われたため、アカウントを守るために終了しました。',
      'session-limit': '他の端末でログインしたため、最も古いこのセッションを終了しました。',
      'session-over': 'セッションが最長時間に達しました。',
      idle: 'しばらく操作がありませんでした。',
      expired: 'セッションの有効期限が切れました。',
      ended: 'セッションが終了しました。',
    },
  },
}
