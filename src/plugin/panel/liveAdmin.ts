import type { Config } from 'payload'

const LIVE_LOGOUT = 'payload-jwt-revocation/client#AdminLiveLogout'
const NOTICE = 'payload-jwt-revocation/client#AdminSignedOutNotice'

/**
 * Lets the admin panel hear of the end of a session. In the header of its pages and not among the
 * providers: a provider that is not in the import map yet leaves the panel blank.
 */
export function withLiveLogout(admin: Config['admin'] = {}): NonNullable<Config['admin']> {
  const { components = {} } = admin
  return {
    ...admin,
    components: {
      ...components,
      header: [...(components.header ?? []), LIVE_LOGOUT],
      beforeLogin: [...(components.beforeLogin ?? []), NOTICE],
    },
  }
}
