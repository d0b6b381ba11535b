import type { Labels } from './Labels.js'

export const zh: Labels = {
  locale: 'zh',
  signedOut: {
    title: '您已退出登录',
    logIn: '登录',
    reasons: {
      logout: '您已在其他标签页或其他设备上退出登录。',
      'password-changed': '您的密码已更改。请使用新密码登录。',
      'password-reset': '您的密码已重置。请使用新密码登录。',
      'user-deleted': '此账户已被删除。',
      'user-disabled': '此账户已更改或已停用。',
      admin: '管理员结束了您的会话。',
      'reuse-detected': '您的会话在两处被使用，为保护您的账户已将其结束。',
      'session-limit': '您已在其他设备上登录，而这是最早的会话。',
      'session-over': '您的会话已达到最长时限。',
      idle: '您已有一段时间未操作。',
      expired: '您的会话已过期。',
      ended: '您的会话已结束。',
    },
  },
}
