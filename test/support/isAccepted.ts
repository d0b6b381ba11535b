import type { App } from './createApp.js'
import type { Login } from './login.js'

/**
 * Whether a token is accepted: `true` when `/me` returns its user, `false` when it answers 401. Any
 * other answer fails the test.
 */
export async function isAccepted(
  app: Pick<App, 'request'>,
  { token }: Pick<Login, 'token'>,
): Promise<boolean> {
  const response = await app.request('/api/users/me', {
    headers: { Authorization: `JWT ${token}` },
  })
  if (response.status === 401) return false
  const { user } = (await response.json()) as { user?: { id: unknown } | null }
  if (response.status !== 200 || !user) throw new Error(`/me: ${response.status} without a user`)
  return true
}
