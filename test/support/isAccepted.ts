import type { App } from './createApp.js'
import type { Login } from './login.js'
import { until } from './until.js'

/**
 * Whether a token is accepted: `true` when `/me` returns its user, `false` when it answers 401. A 503
 * is neither: on a busy machine the app needs a moment to read its ledger after the clock has
 * jumped. So the question is asked again. Any other answer fails the test.
 */
export async function isAccepted(
  app: Pick<App, 'request'>,
  { token }: Pick<Login, 'token'>,
): Promise<boolean> {
  const { status, user } = await until('/me answers otherwise than 503', async () => {
    const headers = { Authorization: `JWT ${token}` }
    const response = await app.request('/api/users/me', { headers })
    if (response.status === 503) return undefined
    const body = (await response.json()) as { user?: { id: unknown } | null }
    return { status: response.status, user: body.user }
  })
  if (status === 401) return false
  if (status !== 200 || !user) throw new Error(`/me: ${status} without a user`)
  return true
}
