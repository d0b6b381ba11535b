import type { EmailAdapter } from 'payload'

/** Names the recipient and the subject. The text stays unprinted: it may carry a reset link. */
export const consoleEmail: EmailAdapter = ({ payload }) => ({
  name: 'console',
  defaultFromAddress: 'demo@localhost',
  defaultFromName: 'payload-jwt-revocation demo',
  sendEmail: async ({ subject, to }) => {
    payload.logger.info({ msg: 'An email would be sent now', subject, to })
  },
})
