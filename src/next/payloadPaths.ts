import { RevocationError } from '../core/errors.js'
import { withoutEndSlash } from '../core/openPaths.js'
import type { SharedRuntime } from '../core/sharedRuntime.js'
import type { GuardOptions } from './guardOptions.js'
import { isSafePath } from './validateGuardOptions.js'

/**
 * The paths of Payload and of the login page, with their exemptions. In a process without Payload
 * there are only those that the options name: another service may use the same paths for something
 * else.
 */
export function payloadPaths(
  request: Request,
  { routes }: Pick<SharedRuntime, 'routes'>,
  options: GuardOptions,
) {
  const { adminPath = routes?.admin, apiPath = routes?.api } = options
  const { loginPath = routes && '/login' } = options
  return {
    api: apiPath && withoutEndSlash(apiPath),
    admin: adminPath && withoutEndSlash(adminPath),
    loginPath: loginPath && loginPathFor(request, loginPath),
  }
}

function loginPathFor(request: Request, loginPath: NonNullable<GuardOptions['loginPath']>): string {
  if (typeof loginPath === 'string') return loginPath
  const path = loginPath(request)
  if (isSafePath(path)) return path
  throw new RevocationError(
    'invalid-option',
    '`loginPath` must return a path that begins with one slash.',
  )
}
