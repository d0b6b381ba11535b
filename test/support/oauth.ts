import type { App } from './createApp.js'

/** A service of the tests. Its id and secret hold characters that only some clients encode. */
export const SERVICE = {
  id: 'order.service~1',
  secret: 'a-secret_of.the~order-service-0123456789',
  claims: ['role', 'email', 'plan'],
}
export const OTHER_SERVICE = { id: 'other', secret: 'another-secret-of-another-service-01' }

export const PATHS = {
  introspect: '/api/revocation/oauth/introspect',
  revoke: '/api/revocation/oauth/revoke',
} as const

/** The header of `client_secret_basic`, its parts as they are given. */
export const basic = ({ id, secret }: { id: string; secret: string } = SERVICE) => ({
  Authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
})

/** Sends a form as an OAuth 2.0 client does. */
export const sendForm = (
  app: Pick<App, 'send'>,
  path: string,
  {
    body,
    headers = basic(),
  }: { body: ConstructorParameters<typeof URLSearchParams>[0]; headers?: Record<string, string> },
): Promise<Response> =>
  app.send(
    new Request(`http://127.0.0.1:3000${path}`, {
      method: 'POST',
      body: new URLSearchParams(body),
      headers,
    }),
  )

/** What introspection says about a token's text. */
export async function introspected(
  app: Pick<App, 'send'>,
  token: string,
): Promise<{ active: boolean; [name: string]: unknown }> {
  const answer = await sendForm(app, PATHS.introspect, { body: { token } })
  if (answer.status !== 200) throw new Error(`introspect: ${answer.status}`)
  return (await answer.json()) as { active: boolean }
}
