import type { App } from './createApp.js'

/** Records of sessions, as logins write them, that expired this long ago, or expire in an hour. */
export async function sessionRows(
  { payload }: Pick<App, 'payload'>,
  {
    userId,
    count,
    expiredMs = -3_600_000,
  }: { userId: number | string; count: number; expiredMs?: number },
): Promise<void> {
  const at = new Date(Date.now() - Math.max(0, expiredMs)).toISOString()
  const expiresAt = new Date(Date.now() - expiredMs).toISOString()
  for (let i = 0; i < count; i += 1) {
    const data = {
      ...{ id: crypto.randomUUID(), userCollection: 'users', userId: String(userId) },
      ...{ createdAt: at, lastRefreshedAt: at, expiresAt },
    }
    await payload.db.create({ collection: 'user-sessions', data, returning: false })
  }
}
