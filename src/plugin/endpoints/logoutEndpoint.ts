import type { Endpoint, PayloadRequest } from 'payload'
import { textField } from '../api/fields.js'
import { isAllSessions, markReauthenticated } from '../request/allSessions.js'
import { asCallError, errorResponse } from './call.js'
import { readBody } from './readBody.js'
import { reauthenticate } from './reauthenticate.js'

const MARK = 'jwtRevocation.logout'

const isLogout = ({ method, path }: Endpoint) => method === 'post' && path === '/logout'

/**
 * `POST /api/<users>/logout?allSessions=true` with `reauthentication`: asks for the password, as
 * JSON (`{ password }`). If it is missing or wrong, it answers as `POST /api/revocation/revoke`
 * does, and the logout ends nothing. A user without the password can still log out of the current
 * session, without `allSessions`. All other logouts go to the endpoint behind it, Payload's own or
 * another plugin's.
 */
export const logoutEndpoint = (slug: string): Endpoint => ({
  path: '/logout',
  method: 'post',
  custom: { [MARK]: true },
  async handler(req) {
    const { user } = req
    if (user?.collection === slug && isAllSessions(req)) {
      try {
        await reauthenticate(req.payload, user, await passwordIn(req))
      } catch (error) {
        const known = asCallError(error)
        if (!known) throw error
        return errorResponse(known)
      }
      markReauthenticated(req)
    }
    return endpointBehind(req, slug).handler(req)
  },
})

const passwordField = textField(1_000)

/** A logout has a body only if its headers say so. A copy is read, because Payload reads it too. */
async function passwordIn(req: PayloadRequest): Promise<string | undefined> {
  const { body } = (req as Partial<Request>).clone?.() ?? {}
  if (!body || !req.headers.has('Content-Type')) return undefined
  const { password } = (await readBody({ body, headers: req.headers })) as { password?: unknown }
  return password === undefined ? undefined : passwordField(password, 'password')
}

function endpointBehind({ payload }: PayloadRequest, slug: string): Endpoint {
  const endpoints = payload.collections[slug]?.config.endpoints || []
  const own = endpoints.findIndex(({ custom }) => custom?.[MARK] === true)
  const next = endpoints.slice(own + 1).find(isLogout)
  if (!next) throw new Error('There is no endpoint for a logout behind that of jwtRevocation()')
  return next
}
