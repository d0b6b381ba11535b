import type { EmailAdapter } from 'payload'

/** Logs the recipient and the subject, but not the text, which may contain a reset link. */
export const consoleEmail: EmailAdapter = ({ payload }) => ({
  name: 'console',
  defaultFromAddress: 'demo@localhost',
  defaultFromName: 'payload-jwt-revocation demo',
  sendEmail: async ({ subject, to }) => {
    payload.logger.info({ msg: 'An email would be sent now', subject, to })
  },
})
