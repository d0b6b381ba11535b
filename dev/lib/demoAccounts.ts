/** The two users that the seed creates. The home page and the demo print their passwords. */
export const demoAccounts = {
  member: { email: 'demo@example.com', password: 'demo-password' },
  administrator: { email: 'admin@example.com', password: 'admin-password' },
} as const
