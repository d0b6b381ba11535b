import { bearer } from './api.ts'
import type { Evidence } from './evidence.ts'
import * as print from './print.ts'

/**
 * The dead token at a private, a public and a page address, and the public one without any token.
 */
export async function showRefusals({ api, checks, facts, token }: Evidence): Promise<void> {
  const me = await api('GET /api/users/me', { credential: bearer({ token }) })
  const challenge = me.headers.get('WWW-Authenticate') ?? ''
  checks.status(me, 401)
  checks.that(
    /^Bearer\b[^,]*error="invalid_token"/.test(challenge) &&
      challenge.match(/Bearer/g)?.length === 1,
    `one WWW-Authenticate with error="invalid_token", got "${challenge}"`,
  )
  print.fact('www-authenticate', challenge || 'none')

  checks.that(facts.expiresAt.getTime() > Date.now(), 'the token to be unexpired')
  print.fact('not expired', `${minutesLeft(facts.expiresAt)} min left, signature untouched`)

  checks.status(await api('GET /api/notes', { credential: bearer({ token }) }), 401)
  checks.status(await api('GET /api/posts', { credential: bearer({ token }) }), 401)

  const anonymous = await api('GET /api/posts')
  checks.status({ ...anonymous, request: 'GET /api/posts  (with no token at all)' }, 200)

  const page = await api('GET /account', { credential: { cookie: token } })
  const location = page.headers.get('Location') ?? ''
  const clearsCookie = page.headers.getSetCookie().some(isClearing)
  checks.status(page, [303, 307])
  checks.that(isLogin(location), `a redirect to /login, got "${location}"`)
  checks.that(clearsCookie, 'the redirect to clear the cookie')
  print.fact('location', location || 'none')
  print.fact('cookie', clearsCookie ? 'cleared' : 'kept')
}

function minutesLeft(expiresAt: Date): number {
  return Math.floor((expiresAt.getTime() - Date.now()) / 60_000)
}

/** The location may be relative or absolute. Only the path counts. */
function isLogin(location: string): boolean {
  const base = 'http://127.0.0.1'
  return URL.canParse(location, base) && new URL(location, base).pathname === '/login'
}

function isClearing(cookie: string): boolean {
  const expires = /expires=([^;]+)/i.exec(cookie)?.[1]
  return cookie.startsWith('payload-token=;') && Date.parse(expires ?? '') < Date.now()
}
