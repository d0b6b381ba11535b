import { submitForm } from './forms.js'
import type { Login } from './login.js'
import type { NextApp } from './nextApp.js'

/** How a place treated a token. Any other outcome fails the test. */
export type Outcome = 'accepted' | 'refused'

type Surface = (app: NextApp, session: Login, living: Login) => Promise<Outcome>

/** Every kind of place that accepts an administrator's token. */
const surfaces = {
  'REST cookie': (app, { byCookie }) => showToRest(app, byCookie),
  'REST JWT header': (app, { jwt }) => showToRest(app, jwt),
  'REST Bearer header': (app, { bearer }) => showToRest(app, bearer),
  'GraphQL cookie': (app, { byCookie }) => showToGraphQL(app, byCookie),
  'GraphQL Bearer header': (app, { bearer }) => showToGraphQL(app, bearer),

  async page(app, { byCookie }) {
    const response = await app.request('/account', { headers: byCookie })
    const text = await response.text()
    return isSentToLogin(response) ? 'refused' : accepted(response, text.includes('Signed in as'))
  },

  async 'server function'(app, { byCookie }, living) {
    const response = await submitForm(app, '/account', {
      button: 'Change password',
      fields: { password: 'short' },
      headers: byCookie,
      shownTo: living.byCookie,
    })
    const text = await response.text()
    return isSentToLogin(response)
      ? 'refused'
      : accepted(response, text.includes('Use at least 8 characters.'))
  },

  async 'admin panel'(app, { byCookie }) {
    const response = await app.request('/admin', { headers: byCookie })
    const text = await response.text()
    // The panel's pages are streamed. The redirect comes in the body, for the page's script.
    if (text.includes('NEXT_REDIRECT;replace;/admin/login;')) return 'refused'
    return accepted(response, text.includes('href="/admin/logout"'))
  },
} satisfies Record<string, Surface>

/** Sends the token everywhere. `living` is a session that may look at the forms. */
export async function showEverywhere(app: NextApp, session: Login, living: Login) {
  const entries = Object.entries<Surface>(surfaces).map(
    async ([name, show]) => [name, await show(app, session, living)] as const,
  )
  return Object.fromEntries(await Promise.all(entries))
}

export const everywhere = (outcome: Outcome): Record<string, Outcome> =>
  Object.fromEntries(Object.keys(surfaces).map((name) => [name, outcome]))

async function showToRest(app: NextApp, headers: HeadersInit): Promise<Outcome> {
  const response = await app.request('/api/users/me', { headers })
  const body = (await response.json()) as { user?: { id: number } | null }
  return isRefusal(response) ? 'refused' : accepted(response, Boolean(body.user?.id))
}

async function showToGraphQL(app: NextApp, headers: HeadersInit): Promise<Outcome> {
  const response = await app.request('/api/graphql', {
    body: { query: '{ meUser { user { id } } }' },
    headers,
  })
  const body = (await response.json()) as { data?: { meUser: { user: object | null } | null } }
  return isRefusal(response) ? 'refused' : accepted(response, Boolean(body.data?.meUser?.user))
}

const isRefusal = ({ headers, status }: Response) =>
  status === 401 && headers.get('WWW-Authenticate')?.match(/invalid_token/g)?.length === 1

/** The guard's redirect, which also clears the dead cookie. */
export const isSentToLogin = ({ headers, status }: Response) =>
  (status === 307 || status === 303) &&
  headers.get('Location') === '/login?redirect=%2Faccount' &&
  headers.getSetCookie().some(isClearing)

/** A `Set-Cookie` that clears the token's cookie. */
export const isClearing = (cookie: string) =>
  cookie.startsWith('payload-token=;') &&
  Date.parse(/expires=([^;]+)/i.exec(cookie)?.[1] ?? '') < Date.now()

function accepted({ status, url }: Response, isShown: boolean): Outcome {
  if (status !== 200 || !isShown) throw new Error(`${url}: ${status}, neither accepted nor refused`)
  return 'accepted'
}
