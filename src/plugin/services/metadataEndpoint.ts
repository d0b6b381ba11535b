import type { Endpoint, PayloadRequest } from 'payload'
import { formatAdminURL } from 'payload/shared'
import { NO_STORE } from './answerErrors.js'

const AUTHENTICATION = ['client_secret_basic', 'client_secret_post']

/**
 * `GET /api/revocation/oauth/metadata` (RFC 8414): where standard clients find the endpoints. The
 * issuer is `serverURL` of the Payload config, or else the origin that the client asked. This
 * application issues no tokens to OAuth clients, so there are no grants and no response types.
 */
export const metadataEndpoint = ({ hasServices }: { hasServices: boolean }): Endpoint => ({
  path: '/revocation/oauth/metadata',
  method: 'get',
  custom: { jwtRevocation: { open: true } },
  handler: (req) => {
    const issuer = issuerOf(req)
    const at = (path: `/${string}`) => issuer + pathOf(req, path)
    return Response.json(
      {
        issuer,
        response_types_supported: [],
        grant_types_supported: [],
        revocation_endpoint: at('/revocation/oauth/revoke'),
        revocation_endpoint_auth_methods_supported: [
          'none',
          ...(hasServices ? AUTHENTICATION : []),
        ],
        ...(hasServices && {
          introspection_endpoint: at('/revocation/oauth/introspect'),
          introspection_endpoint_auth_methods_supported: AUTHENTICATION,
        }),
      },
      { headers: NO_STORE },
    )
  },
})

/** Next.js puts the address that it listens on into the URL, whatever the client asked for. */
function issuerOf({ headers, payload, url }: PayloadRequest): string {
  const { serverURL } = payload.config
  if (serverURL) return new URL(serverURL).origin
  const asked = new URL(url ?? '', 'http://localhost')
  const host = headers.get('Host')
  if (host) {
    asked.port = ''
    // A text that is no host changes nothing.
    asked.host = host
  }
  return asked.origin
}

const pathOf = ({ payload }: PayloadRequest, path: `/${string}`) =>
  formatAdminURL({ apiRoute: payload.config.routes.api, path, relative: true })
